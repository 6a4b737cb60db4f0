# shellcheck shell=bash disable=SC2034 # the lists below are used by the scripts that source this file
# Sourced by samples/run, tests/run and .ci/run: installs missing Debian or Ubuntu packages.

# need_packages PACKAGE ... : installs those that are missing, or says what to install and fails.
need_packages() {
  local missing=()
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null; then
      as_root=(sudo)
    else
      echo "missing packages: ${missing[*]}" >&2
      echo "install them as root:  apt-get install ${missing[*]}" >&2
      return 1
    fi
  fi
  command -v apt-get >/dev/null || {
    echo "missing packages: ${missing[*]} (and no apt-get to install them with)" >&2
    return 1
  }
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -q >/dev/null
  "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
}

build_packages=(g++ cmake ninja-build libopenblas-openmp-dev libdnnl-dev nlohmann-json3-dev libcli11-dev)
picture_packages=(gnuplot-nox)
test_packages=(libgtest-dev python3)
