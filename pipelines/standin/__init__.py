"""A local server that answers like SSB's StatBank and KLASS: modelled figures and injectable faults."""
