// The completion scripts of the shells. Each calls `anthracite completion <shell> -- <words>` for candidates of the last
// word. It never runs or expands them, because other people choose the names.

/** The shells with a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# Completion of anthracite for bash: source <(anthracite completion bash)
_anthracite() {
  local words=() count=0 line=\${COMP_LINE:0:COMP_POINT} rest word i found=() own head
  # Bash also splits words at = and :. This joins the parts of one word again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    rest=\${line#"\${line%%[![:space:]]*}"}
    own=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then own=$rest; fi
    word=\${own//[\\'\\"\\\\]/}
    if ((count > 0)) && [[ $rest == "$line" ]]; then words[count - 1]+=$word; else words[count++]=$word; fi
    line=\${rest#"$own"}
  done
  if [[ $own == [=:] ]]; then own=; fi
  word=\${words[count - 1]}
  head=\${word%"\${own//[\\'\\"\\\\]/}"}
  while IFS= read -r rest; do
    found+=("$rest")
  done < <(command anthracite completion bash -- "\${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${found[0]-} == :files ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  for rest in "\${found[@]}"; do
    if [[ $rest == "$word"* ]]; then COMPREPLY+=("\${rest#"$head"}"); fi
  done
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _anthracite anthracite
`;

const zsh = `#compdef anthracite
# Completion of anthracite for zsh: source <(anthracite completion zsh), or as the file _anthracite in a folder of fpath
_anthracite() {
  local -a found closed open
  local line name
  found=("\${(@f)$(command anthracite completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $found[1] == :files ]]; then
    compset -P '--[a-z-]#='
    _files
    return
  fi
  for line in $found; do
    name=\${line%%$'\\t'*}
    line="\${name//:/\\\\:}:\${line#*$'\\t'}"
    if [[ $name == *= ]]; then open+=("$line"); else closed+=("$line"); fi
  done
  if (( $#open )); then _describe anthracite open -S ''; fi
  if (( $#closed )); then _describe anthracite closed; fi
}
if [[ \${funcstack[1]} == _anthracite ]]; then
  _anthracite "$@"
else
  compdef _anthracite anthracite
fi
`;

const fish = `# Completion of anthracite for fish: anthracite completion fish | source
function __anthracite_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l found (command anthracite completion fish -- $words "$current" 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path "$current"
    else
        printf '%s\\n' $found
    end
end
complete -c anthracite -f -a '(__anthracite_complete)'
`;

/** The script of each shell. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
