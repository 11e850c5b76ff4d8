"""What is made of what a channel told: the values of `ChannelBooking.taken_as`, and the one state no feed gives."""

MIRROR, CLOSURE, ECHO, PREVIEW, STAY = "mirror", "closure", "echo", "preview", "stay"
"""Known and shown only; closed everywhere (R11); our own closure (R10); likely a block by hand (R16); sold."""
REGISTERED = "registered"
"""The state of a booking that somebody registered (R18): believed until it is cancelled, since no feed shows it."""
