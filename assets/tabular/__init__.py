"""Tables people hand in: CSV and XLSX as columns of text, with everything that is wrong in them."""
