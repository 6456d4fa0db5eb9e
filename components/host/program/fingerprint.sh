# shellcheck shell=sh

# fingerprint_decode: sets "renamed_from" (PROJECT/STACK/NAME) and "transfers" ("KEY, KEY") from GENERATION, the
# object's drift fingerprint, as components/drift/fingerprint.ts encodes it. Each is empty if the fingerprint does not
# have it.
fingerprint_decode() {
  renamed_from='' transfers=''
  case $GENERATION in *" gives "*) transfers=${GENERATION##*" gives "} ;; esac
  rest=${GENERATION%%" gives "*}
  case $rest in *" renamed from "*/*/*) renamed_from=${rest##*" renamed from "} ;; esac
  case $renamed_from in *" "*) renamed_from='' ;; esac
}
