# Reads records: "@ FILE", then its lines behind "= "; for shared settings "%
# REFERENCE<tab>KEY<tab>WANTED<tab>NOW<tab>NAMESPACE", with NOW only for kernel settings.
FILENAME !~ "/holders/" && FILENAME !~ "/before$" { if (FNR == 1) print "@ " FILENAME; print "= " $0 }
FILENAME ~ "/holders/" {
  n = split(FILENAME, path, "/")
  # A name has ":" where it had "/", which in turn stands for a dot in an interface.
  at = key = path[n - 2]
  gsub(/\./, "/", at); gsub(/:/, ".", at); gsub(/:/, "/", key)
  now = ""
  if (at ~ "^net/") { getline now <("/proc/sys/" at); close("/proc/sys/" at); gsub(/\t/, " ", now) }
  print "% " path[n] "\t" key "\t" $0 "\t" now "\t" (path[n - 4] == "inside" ? path[n - 3] : "")
}
