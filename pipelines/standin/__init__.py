"""A local server that answers like SSB's StatBank and KLASS, with modelled sample figures and injectable faults."""
