#!/usr/bin/env bash
# Installs what the tests and bench/made need beyond Python packages: LibreOffice (.doc, .wps, .rtf, .odt), Chinese
# fonts, Chromium and pdftotext (which make documents). Cheap where all of it is there. Where it may not install (no
# apt, not root, no passwordless sudo) it names what is missing, and exits with 69.
# shellcheck disable=SC2317  # the checks are called by name, through `want`
set -euo pipefail

SECONDS_AT_MOST=600
missing=() packages=()

want() { # what people call it, its packages (separated by spaces), the command that succeeds where it is there
    local name=$1 names=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing+=("$name")
    # shellcheck disable=SC2206  # the packages are words
    packages+=($names)
}

program() { command -v "$1"; }
either() { command -v "$1" || command -v "$2"; }
font() { fc-list "$1" family | grep -q .; }
component() { # a part of LibreOffice, by its library: Writer and Calc are packages of their own
    local soffice
    soffice=$(readlink -f "$(command -v soffice)")
    [[ $OSTYPE != linux* ]] || compgen -G "$(dirname "$soffice")/$1.so"
}

look() {
    missing=() packages=()
    want "LibreOffice Writer (soffice)" "libreoffice-writer-nogui" component libswlo
    want "LibreOffice Calc (soffice)" "libreoffice-calc-nogui" component libsclo
    want "Chinese fonts (Noto CJK)" "fonts-noto-cjk fontconfig" font ":family=Noto Sans CJK SC"
    want "a Kai font (AR PL UKai)" "fonts-arphic-ukai fontconfig" font ":family=AR PL UKai CN"
    want "Chromium" "chromium" either chromium google-chrome
    want "pdftotext" "poppler-utils" program pdftotext
}

look
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
[[ $EUID -eq 0 ]] || as_root=(sudo -n)
apt() { # no question is asked, and a hanging mirror ends
    timeout "$SECONDS_AT_MOST" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >&2
}

printf -v names '%s, ' "${missing[@]}"
if command -v apt-get >/dev/null && { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }; then
    echo "installing with apt: ${names%, }" >&2
    apt update || echo "apt-get update failed; trying with the lists that are here" >&2
    apt install --yes --no-install-recommends "${packages[@]}" || true
    look
    [[ ${#missing[@]} -eq 0 ]] && exit 0
    printf -v names '%s, ' "${missing[@]}"
fi
echo "missing: ${names%, }. Install with: sudo apt-get install ${packages[*]}" >&2
exit 69
