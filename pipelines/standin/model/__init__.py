"""The modelled sample figures behind the stand-in server; README.md beside this file says what they are."""
