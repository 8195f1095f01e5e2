"""What adverts come in as, and what results go out as. A small file for each kind of input."""
