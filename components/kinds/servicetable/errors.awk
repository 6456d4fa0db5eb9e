# Reads what ipvsadm has said. Prints ten different lines of it, each once, and how often it was said.
!($0 in times) && count < 10 { said[++count] = $0 }
{ times[$0]++ }
END { for (i = 1; i <= count; i++) print "ipvs-lab: " times[said[i]] " times: " said[i] }
