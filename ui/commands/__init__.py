"""The commands of ``adcheck``, a file for each thing they are about. Each is thin: read the arguments, call the path, print."""
