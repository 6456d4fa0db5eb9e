# shellcheck shell=sh
# The director's own table. Changes nothing.

table_read() {
  ipvsadm -Ln
}
