# Reads lines of a service, behind "@now" those that the kernel has, behind "@desired" those that it shall have. Prints the
# first one that it has not.
/^@/ { from = $0; next }
from == "@now" { there[$0] = 1; next }
!($0 in there) { print; exit }
