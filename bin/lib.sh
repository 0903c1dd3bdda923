# For the commands in this folder, which source it: finds the JDK and Maven, and builds what is missing or older than its sources.
# Wants $name, the command's; sets $root, $java, $mvn.
# shellcheck shell=bash

fail() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 1
}

# where a file really is, through any number of symbolic links
folder_of() {
  local file=$1 folder
  while [ -L "$file" ]; do
    folder=$(cd -P "$(dirname "$file")" && pwd)
    file=$(readlink "$file")
    case $file in /*) ;; *) file=$folder/$file ;; esac
  done
  cd -P "$(dirname "$file")" && pwd
}

root=$(cd -P "$(folder_of "${BASH_SOURCE[0]}")/.." && pwd)

# JDK 17 or newer: the one of JAVA_HOME, else the one of the path
find_java() {
  local version
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME: $JAVA_HOME (expected: the folder of a JDK 17 or newer)"
  else
    java=$(command -v java) || fail "java: not found (expected: JDK 17 or newer on the PATH or in JAVA_HOME)"
  fi
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9][0-9]*\)[."-].*/\1/p;s/.*version "\([0-9][0-9]*\)".*/\1/p' | head -n 1)
  if [ -z "$version" ] || [ "$version" -lt 17 ]; then
    fail "java: $java is version ${version:-unknown} (expected: JDK 17 or newer; set JAVA_HOME)"
  fi
}

# a compiler beside that Java, and Maven 3.8 or newer
find_maven() {
  local javac maven
  javac=$(dirname "$java")/javac
  if [ -z "${JAVA_HOME:-}" ] && [ ! -x "$javac" ]; then
    javac=$(command -v javac || true)
  fi
  [ -n "$javac" ] && [ -x "$javac" ] || fail "javac: not found (expected: a JDK, not only a runtime, to build; set JAVA_HOME)"
  mvn=$(command -v mvn) || fail "mvn: not found (expected: Maven 3.8 or newer on the PATH, to build)"
  maven=$("$mvn" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  if [ -z "$maven" ] || [ "${maven%%.*}" -lt 3 ] || { [ "${maven%%.*}" -eq 3 ] && [ "${maven#*.}" -lt 8 ]; }; then
    fail "mvn: $mvn is version ${maven:-unknown} (expected: Maven 3.8 or newer)"
  fi
}

# build MODULE [options of Maven]: the module and what it is made of, quietly
build() {
  local module=$1 log
  shift
  find_maven
  log=$(mktemp "${TMPDIR:-/tmp}/$name-build.XXXXXX")
  if ! "$mvn" -q -B -f "$root/pom.xml" -pl "$module" -am package -DskipTests "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "the build failed; all of its output is in $log"
  fi
  rm -f "$log"
}

# build_if_older JAR "MODULE..." [options of Maven]: builds the last of the modules where the jar is missing or older than a source of any
build_if_older() {
  local jar=$1 modules=$2 module sources
  shift 2
  sources=("$root/pom.xml")
  for module in $modules; do
    [ -d "$root/$module" ] || continue
    sources+=("$root/$module/pom.xml")
    [ -d "$root/$module/src/main" ] && sources+=("$root/$module/src/main")
  done
  module=${modules##* }
  if [ ! -f "$jar" ]; then
    printf '%s: building %s (once; the first time Maven fetches what it needs)\n' "$name" "$module" >&2
    build "$module" "$@"
  elif [ -n "$(find "${sources[@]}" -newer "$jar" -type f -print -quit)" ]; then
    printf '%s: building %s again, because its sources have changed\n' "$name" "$module" >&2
    build "$module" "$@"
  fi
  [ -f "$jar" ] || fail "the build made no $jar"
}
