# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of ebru(1) for bash. The words come from the program itself.
_ebru() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(ebru --words)" -- "$word")
        return
    fi
    case $before in
    --sampler | --schedule | --decoder | --tile | --isa | --precision)
        mapfile -t COMPREPLY < <(compgen -W "$(ebru --words "${before#--}")" -- "$word") ;;
    *)
        if [[ ${COMP_WORDS[1]} == bench && $word != -* ]]; then
            local words="ops net pass"
            ((COMP_CWORD > 2)) && words=$(ebru --words networks)
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        elif [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$(ebru --words "${COMP_WORDS[1]}")" -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi ;;
    esac
}
complete -o filenames -F _ebru ebru
