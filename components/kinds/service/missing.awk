# Reads lines of a service: after "@now" those that the kernel has, after "@desired" the desired ones. Prints the first
# desired one that the kernel lacks.
/^@/ { from = $0; next }
from == "@now" { there[$0] = 1; next }
!($0 in there) { print; exit }
