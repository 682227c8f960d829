"""How one figure came about: its formula with numbers, every input down to the cell, the network mean."""
