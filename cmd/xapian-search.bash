# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for xapian-search; what there is to complete, the program itself tells.

_xapian_search()
{
	local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local command='' words='' operands='' word what i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | -o | --config | --option) ((i++)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $before in
	-c | --config)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	esac
	# Lines are "--option", "--option WHAT", or words of the first operand, "a|b" or one a line.
	while read -r word what; do
		case $word in
		--*)
			words+=" $word"
			if [ "$word" = "$before" ] && [ -n "$what" ]; then
				case $what in
				FILE) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
				FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
				*\|* | [a-z]*) mapfile -t COMPREPLY < <(compgen -W "${what//|/ }" -- "$current") ;;
				esac
				return
			fi
			;;
		*) operands+=" ${word//|/ }" ;;
		esac
	done < <("$program" help --words ${command:+"$command"} 2>/dev/null)
	if [ -z "$command" ]; then
		words="$operands --config --option --verbose --quiet --help --version"
	elif [ "$before" = "$command" ]; then
		words+=" $operands"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	if [ ${#COMPREPLY[@]} -eq 0 ] && [[ $current != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -o filenames -F _xapian_search xapian-search
