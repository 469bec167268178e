# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for xapian-search; what there is to complete, the program itself tells.

# Fills takes[OPTION] (what its argument is, or nothing) and operands from `help --words`.
_xapian_search_words()
{
	local names what name

	takes=() operands=()
	while read -r names what; do
		case $names in
		-*)
			for name in ${names//,/ }; do
				takes[$name]=$what
			done
			;;
		*) operands+=(${names//|/ }) ;;
		esac
	done < <("$program" help --words "$@" 2>/dev/null)
}

# Offers what an argument of the kind $1 may be; false: nothing is known of it.
_xapian_search_argument()
{
	local -A takes
	local operands

	case $1 in
	FILE) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
	KEY=VALUE)
		_xapian_search_words conf
		mapfile -t COMPREPLY < <(compgen -S = -W "${operands[*]}" -- "$current")
		compopt -o nospace 2>/dev/null
		;;
	*\|* | [a-z]*[0-9a-z]) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$current") ;;
	*) return 1 ;;
	esac
}

_xapian_search()
{
	local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} before='' command='' i
	local -A takes
	local operands given=0

	COMPREPLY=()
	_xapian_search_words
	# Options and operands before the word; `before` is an option that waits for its argument.  The
	# shell makes words of their own of what is left and right of "=".
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [ "${COMP_WORDS[i]}" = = ]; then
			continue
		elif [ -n "$before" ]; then
			before=
			if [ "${COMP_WORDS[i + 1]}" = = ]; then # KEY=VALUE
				((i += 2))
				((i < COMP_CWORD)) || return
			fi
		elif [ -n "${takes[${COMP_WORDS[i]}]-}" ]; then
			before=${COMP_WORDS[i]}
		elif [[ ${COMP_WORDS[i]} != -* ]]; then
			if [ -z "$command" ]; then
				command=${COMP_WORDS[i]}
				_xapian_search_words "$command"
			else
				((given++))
			fi
		fi
	done
	[ "$current" != = ] || current=
	if [ -n "$before" ]; then
		_xapian_search_argument "${takes[$before]}"
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${!takes[*]}" -- "$current")
	elif [ "$given" -eq 0 ] || [ "$command" = conf ]; then
		if [ "${operands[*]}" = FOLDER ]; then
			_xapian_search_argument FOLDER
		else
			mapfile -t COMPREPLY < <(compgen -W "${operands[*]}" -- "$current")
		fi
	fi
	if [ ${#COMPREPLY[@]} -eq 0 ] && [ -n "$command" ] && [ -z "$before" ] && [[ $current != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -o filenames -F _xapian_search xapian-search
