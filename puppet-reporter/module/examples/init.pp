# Sends to the line port on this host.
include anthracite
