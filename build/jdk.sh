# Sourced by ./naru and ./run: sets JAVA_HOME to a JDK 25, wherever it stands. The default java of a system is often older.

is_jdk_25() {
  local release
  [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  IFS= read -r -d '' release <"$1/release" || true
  [[ $release =~ (^|$'\n')JAVA_VERSION=\"25[.0-9]*\" ]]
}

find_jdk_25() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/25* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk_25 "$candidate"; then
      JAVA_HOME=$candidate
      return
    fi
  done
  candidate=$(command -v javac || true)
  if [ -n "$candidate" ]; then
    candidate=$(dirname "$(dirname "$(readlink -f "$candidate")")")
    if is_jdk_25 "$candidate"; then
      JAVA_HOME=$candidate
      return
    fi
  fi
  echo "naru needs a JDK 25: install one (Debian: openjdk-25-jdk or temurin-25-jdk) or set JAVA_HOME to it" >&2
  exit 1
}

find_jdk_25
export JAVA_HOME
