# Follows lines.awk. Reads a plan, then the kernel's services, and prints the parts of the plan that the kernel does not
# have.
part == "@now" {
  if (limited) $0 = whole($0)
  if ($0 in shall) shall[$0] = 0
  if (removes && named($0) in removed) print "removal of " named($0)
  next
}
/^@/ { part = $0; next }
part == "@limits" { limits(); next }
$1 == "remove" { removed[substr($0, 11)] = 1; removes = 1 }
sub(/^(edit|set) /, "") { sub(/^-E/, "-A"); sub(/^-e/, "-a"); order[++n] = $0; shall[$0] = 1 }
END { for (i = 1; i <= n; i++) if (shall[order[i]]) print order[i] }
