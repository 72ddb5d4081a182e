export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * The completion scripts. They contain no commands or options: at each Tab, they ask `vstoken completion --words`. They send the
 * words of the command line over standard input, because other users can see the arguments of a process. Words after `--` are not
 * sent. The scripts never evaluate the words or the answer as code.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for vstoken. At each Tab, this script asks vstoken for the possible words.

_vstoken() {
    local line=\${COMP_LINE:0:COMP_POINT} words=() word= gap= dashes= how= reply= i
    COMPREPLY=()

    # bash also splits words at = and :. This loop joins the parts that have no space between them.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        gap=\${line%%[![:space:]]*}
        line=\${line:\${#gap}}
        word=\${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then
            word=$line
        else
            line=\${line#"$word"}
        fi
        if ((i > 0)) && [[ -z $gap ]]; then
            words[\${#words[@]} - 1]+=$word
        elif ((i > 0)) && [[ \${words[\${#words[@]} - 1]} == -- ]]; then
            dashes=$i
            words+=('')
            break
        else
            words+=("$word")
        fi
    done
    word=\${words[\${#words[@]} - 1]}

    # After > or <, complete the name of a file.
    if [[ $word == [0-9\\&]*[\\<\\>]* || $word == [\\<\\>]* || \${words[\${#words[@]} - 2]} == *[\\<\\>] ]]; then
        compopt -o default 2>/dev/null
        return
    fi

    words[\${#words[@]} - 1]=\${word#[\\"\\']}
    reply=$(printf '%s\\n' "\${words[@]:1}" | command vstoken completion bash --words 2>/dev/null)

    # bash replaces only the part of the word after the last = or :.
    case $line in
        [=:]*) ;;
        *) word=\${word%"$line"} ;;
    esac
    while IFS= read -r line; do
        if [[ -z $how ]]; then
            how=$line
        else
            COMPREPLY+=("\${line#"$word"}")
        fi
    done <<<"$reply"

    case $how in
        open) compopt -o nospace 2>/dev/null ;;
        files*) compopt -o default 2>/dev/null ;;
        command)
            if declare -F _comp_command_offset >/dev/null; then
                _comp_command_offset "$dashes"
            elif declare -F _command_offset >/dev/null; then
                _command_offset "$dashes"
            else
                compopt -o default 2>/dev/null
                if ((COMP_CWORD == dashes)); then
                    while IFS= read -r line; do
                        COMPREPLY+=("$line")
                    done < <(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}")
                fi
            fi
            ;;
    esac
}

# bash 3 has no compopt: it always offers files if there are no other words.
if ((BASH_VERSINFO[0] < 4)); then
    complete -o default -F _vstoken vstoken vocalstack-token
else
    complete -F _vstoken vstoken vocalstack-token
fi
`,

  zsh: `#compdef vstoken vocalstack-token
# zsh completion for vstoken. At each Tab, this script asks vstoken for the possible words.

_vstoken() {
    local -a asked reply ended open
    local -i dashes=\${words[(ie)--]} count found=1

    if (( dashes < CURRENT )); then
        asked=("\${(@Q)words[2,dashes]}" '')
    else
        asked=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
    fi
    reply=("\${(@f)$(print -rl -- "\${asked[@]}" | command vstoken completion zsh --words 2>/dev/null)}")

    case \${reply[1]} in
        files*)
            compset -p \${reply[1]#files }
            _files
            return
            ;;
        command)
            words=("\${(@)words[dashes+1,-1]}")
            (( CURRENT -= dashes ))
            _normal
            return
            ;;
    esac
    count=\${reply[1]#values }
    ended=(\${reply[2,count+1]})
    open=(\${reply[count+2,-1]})
    (( $#ended )) && _describe -t values value ended && found=0
    (( $#open )) && _describe -t values value open -S '' && found=0
    return found
}

if [[ \${funcstack[1]} == _vstoken ]]; then
    _vstoken "$@"
elif (( $+functions[compdef] )); then
    compdef _vstoken vstoken vocalstack-token
else
    print -u2 'vstoken: completion needs this line before it in ~/.zshrc: autoload -Uz compinit && compinit'
fi
`,

  fish: `# fish completion for vstoken. At each Tab, this script asks vstoken for the possible words.

function __vstoken_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    # Skip variables that are set for this one command.
    while string match -qr '^\\w+=' -- "$words[1]"
        set -e words[1]
    end
    set -e words[1]
    set -l asked $words "$word"
    set -l dashes (contains -i -- -- $words)
    and set asked $words[1..$dashes] ''
    set -l reply (printf '%s\\n' $asked | command vstoken completion fish --words 2>/dev/null)

    switch "$reply[1]"
        case values
            string join \\n -- $reply[2..-1]
        case 'files *'
            set -l skip (string replace 'files ' '' -- $reply[1])
            set -l before (string sub -l $skip -- "$word")
            set -l path (string sub -s (math $skip + 1) -- "$word")
            string join \\n -- $before(__fish_complete_path "$path")
        case command
            set -e words[1..$dashes]
            complete -C (string join ' ' -- (string escape -- $words) "$word")
    end
end

for name in vstoken vocalstack-token
    complete -c $name -f -k -a '(__vstoken_complete)'
end
`,

  powershell: `# PowerShell completion for vstoken. At each Tab, this script asks vstoken for the possible words.

Register-ArgumentCompleter -Native -CommandName 'vstoken', 'vocalstack-token' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $dashes = [array]::IndexOf($words, '--')
    if ($dashes -ge 0) {
        $asked = @($words[0..$dashes]) + ''
    } else {
        $asked = $words + "$wordToComplete"
    }
    $reply = @($asked | vstoken completion powershell --words 2>$null)

    # If vstoken prints nothing, PowerShell offers files, as for any unknown program.
    if ($reply.Count -eq 0 -or $reply[0] -ne 'values') { return }
    $found = @($reply | Select-Object -Skip 1 | Where-Object { $_ } | ForEach-Object {
        $value, $about = $_ -split "\`t", 2
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    })
    if ($found.Count -gt 0) { $found } else { '' }
}
`,
};
