#!/bin/sh
# cable.sh MACHINE pull|plug: pulls the lab network's cable out of a machine that Vagrant runs, or plugs it in again,
# by the means of its provider.
set -eu
machine=$1
to=$2
folder=${VAGRANT_DOTFILE_PATH:-.vagrant}/machines/$machine

if [ -s "$folder/libvirt/id" ]; then
  id=$(cat "$folder/libvirt/id")
  case $to in pull) link=down ;; *) link=up ;; esac
  # It is libvirt's only interface: SSH has one that libvirt does not know.
  mac=$(virsh --quiet --connect qemu:///session domiflist "$id" | awk 'NF { print $NF; exit }')
  virsh --quiet --connect qemu:///session domif-setlink "$id" "$mac" "$link"
elif [ -s "$folder/virtualbox/id" ]; then
  case $to in pull) link=off ;; *) link=on ;; esac
  VBoxManage controlvm "$(cat "$folder/virtualbox/id")" setlinkstate2 "$link"
else
  echo "$machine does not run, so its cable cannot be moved" >&2
  exit 1
fi
