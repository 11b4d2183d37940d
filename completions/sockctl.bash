# Completes sockctl in bash: source this file, or install it as
# /usr/share/bash-completion/completions/sockctl.

_sockctl_offer() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_sockctl_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
}

# What is offered comes from others, and is not to be expanded.
_sockctl_choose() {
    local word
    while IFS= read -r word; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
    done
}

# Words are split at the @, which is replaced with what follows it all the same.
_sockctl_after_at() {
    [[ $at || $cur == @* ]] || return
    cur=${cur#@}
    _sockctl_files
    COMPREPLY=("${COMPREPLY[@]/#/@}")
}

_sockctl_framings() {
    _sockctl_offer 'none line crlf nul u8 u16be u16le u32be u32le u64be u64le varint http delim: fixed:'
    [[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
}

_sockctl_pids() {
    local paths=(/proc/[0-9]*)
    _sockctl_offer "${paths[*]##*/}"
}

_sockctl_processes() {
    _sockctl_choose < <(cat /proc/[0-9]*/comm 2>/dev/null | sort -u)
}

_sockctl_users() {
    mapfile -t COMPREPLY < <(compgen -u -- "$cur")
}

_sockctl_namespaces() {
    if [[ $cur == */* ]]; then
        _sockctl_files
    else
        _sockctl_choose < <(ls /run/netns 2>/dev/null)
    fi
}

_sockctl_interfaces() {
    local paths=(/sys/class/net/*)
    _sockctl_offer "${paths[*]##*/}"
}

_sockctl_endpoints() {
    if [[ ${COMP_WORDS[COMP_CWORD - 1]} == : && ${COMP_WORDS[COMP_CWORD - 2]} == unix ]]; then
        _sockctl_files
    else
        mapfile -t COMPREPLY < <(compgen -A hostname -W unix: -- "$cur")
        [[ ${COMPREPLY[0]} == unix: ]] && compopt -o nospace 2>/dev/null
    fi
}

_sockctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= next i at=
    COMPREPLY=()
    if [[ $cur == = ]]; then
        cur=
    elif [[ $option == = || $option == @ || $option == =@ ]]; then
        at=${option#=}
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        next="${command:+$command }${COMP_WORDS[i]}"
        case $next in
            'listen' | 'connect' | 'send' | 'recv' | 'udp' | 'udp send' | 'udp recv' | 'udp listen' | 'udp connect' | 'broadcast' | 'broadcast send' | 'broadcast recv' | 'broadcast addresses' | 'resolve' | 'resolve gethostbyname' | 'resolve gethostbyaddr' | 'resolve getaddrinfo' | 'resolve getnameinfo' | 'resolve getservbyname' | 'resolve getservbyport' | 'resolve getprotobyname' | 'resolve gethostname' | 'resolve inet_aton' | 'resolve inet_ntoa' | 'resolve inet_pton' | 'resolve inet_ntop' | 'info' | 'info fileno' | 'info getsockname' | 'info getpeername' | 'info getsockopt' | 'info setsockopt' | 'info destroy' | 'info options' | 'help' | 'completions' | 'schema' | 'help listen' | 'help connect' | 'help send' | 'help recv' | 'help udp' | 'help udp send' | 'help udp recv' | 'help udp listen' | 'help udp connect' | 'help broadcast' | 'help broadcast send' | 'help broadcast recv' | 'help broadcast addresses' | 'help resolve' | 'help resolve gethostbyname' | 'help resolve gethostbyaddr' | 'help resolve getaddrinfo' | 'help resolve getnameinfo' | 'help resolve getservbyname' | 'help resolve getservbyport' | 'help resolve getprotobyname' | 'help resolve gethostname' | 'help resolve inet_aton' | 'help resolve inet_ntoa' | 'help resolve inet_pton' | 'help resolve inet_ntop' | 'help info' | 'help info fileno' | 'help info getsockname' | 'help info getpeername' | 'help info getsockopt' | 'help info setsockopt' | 'help info destroy' | 'help info options' | 'help help' | 'help completions' | 'help schema') command=$next ;;
            *) break ;;
        esac
    done
    # After -- there are only operands.
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && option= && [[ $cur == -* ]] && return
    done
    case $command in
        '') _sockctl_offer 'listen connect send recv udp broadcast resolve info help completions schema --help --version' ;;
        'listen')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --exec | --activate) mapfile -t COMPREPLY < <(compgen -c -- "$cur"); return ;;
                --faults | -f | --file | --replay | -O | --output | --record | --cert | --key | --client-ca | --ca) _sockctl_files; return ;;
                --frame) _sockctl_framings; return ;;
                --mode) _sockctl_offer '600 660 666'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --proxy-protocol) _sockctl_offer 'v1 v2'; return ;;
                --reply | --via-auth) _sockctl_after_at; return ;;
                --shell | --fault | --seed | -m | --max-connections | --backlog | --allow | --deny | --accept-proxy | --replay-connection | -w | --timeout | --setup-timeout | -s | --source | -p | --source-port | --via | --max-message | --deadline | -i | --idle-timeout | --interval | --alpn | --ciphers | --sni | --pin) return ;;
                --starttls) _sockctl_offer 'smtp imap postgres'; return ;;
                --tls-version) _sockctl_offer '1.2 1.3'; return ;;
                --to) _sockctl_endpoints; return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--keep-open --echo --discard --reply --chat --exec --shell --activate --to --fault --faults --seed --max-connections --backlog --mptcp --mode --allow --deny --accept-proxy --file --replay --replay-connection --crlf --timeout --setup-timeout --source --source-port --via --via-auth --proxy-protocol --no-half-close --send-only --recv-only --exit-on-eof --frame --max-message --output --deadline --idle-timeout --ipv4 --ipv6 --numeric --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --tls --cert --key --self-signed --client-ca --client-optional --alpn --tls-version --ciphers --ca --sni --pin --starttls --insecure --ignore-unexpected-eof --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'connect')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --exec) mapfile -t COMPREPLY < <(compgen -c -- "$cur"); return ;;
                --expect-http) _sockctl_offer '200 2xx'; return ;;
                --frame) _sockctl_framings; return ;;
                --netns) _sockctl_namespaces; return ;;
                --parallel | --min-days | --max-loss | --max-rtt | --wait-closed | --expect | --send | --expect-timeout | -w | --timeout | --wait | --shell | -s | --source | -p | --source-port | --via | --max-message | --deadline | -i | --idle-timeout | --interval | --sni | --alpn | --ciphers | --pin) return ;;
                --proxy-protocol) _sockctl_offer 'v1 v2'; return ;;
                --repeat) _sockctl_offer 'forever'; return ;;
                --starttls) _sockctl_offer 'smtp imap postgres'; return ;;
                --tls-version) _sockctl_offer '1.2 1.3'; return ;;
                --via-auth) _sockctl_after_at; return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -f | --file | -O | --output | --record | --ca | --cert | --key) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--check --explain --parallel --udp --min-days --any --banner --expect-http --repeat --resolve-each --max-loss --max-rtt --histogram --wait-closed --expect --send --expect-timeout --file --crlf --timeout --wait --no-half-close --send-only --recv-only --exit-on-eof --exec --shell --source --source-port --mptcp --via --via-auth --proxy-protocol --frame --max-message --output --deadline --idle-timeout --ipv4 --ipv6 --numeric --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --tls --starttls --ca --sni --alpn --tls-version --ciphers --cert --key --pin --insecure --ignore-unexpected-eof --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'send')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --data | --via-auth) _sockctl_after_at; return ;;
                --frame) _sockctl_framings; return ;;
                --http) _sockctl_offer 'DELETE GET HEAD OPTIONS PATCH POST PUT TRACE'; return ;;
                --mode) _sockctl_offer '600 660 666'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --proxy-protocol) _sockctl_offer 'v1 v2'; return ;;
                --starttls) _sockctl_offer 'smtp imap postgres'; return ;;
                --tls-version) _sockctl_offer '1.2 1.3'; return ;;
                --unix-socket | -f | --file | --replay | -O | --output | --record | --ca | --cert | --key | --client-ca) _sockctl_files; return ;;
                -H | --header | --expect | --send | --expect-timeout | --replay-connection | --repeat | --delay | --zero | --for | --parallel | -w | --timeout | --wait | --replies | -s | --source | -p | --source-port | --allow | --deny | --accept-proxy | --setup-timeout | --via | --max-message | --deadline | -i | --idle-timeout | --interval | --sni | --alpn | --ciphers | --pin) return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--http --unix-socket --header --data --body --expect --send --expect-timeout --file --replay --replay-connection --crlf --repeat --delay --zero --for --parallel --timeout --wait --no-reply --replies --no-half-close --listen --source --source-port --mptcp --mode --allow --deny --accept-proxy --setup-timeout --via --via-auth --proxy-protocol --frame --max-message --output --deadline --idle-timeout --ipv4 --ipv6 --numeric --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --tls --starttls --ca --sni --alpn --tls-version --ciphers --cert --key --pin --insecure --client-ca --client-optional --self-signed --ignore-unexpected-eof --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'recv')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --frame) _sockctl_framings; return ;;
                --mode) _sockctl_offer '600 660 666'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --proxy-protocol) _sockctl_offer 'v1 v2'; return ;;
                --starttls) _sockctl_offer 'smtp imap postgres'; return ;;
                --tls-version) _sockctl_offer '1.2 1.3'; return ;;
                --via-auth) _sockctl_after_at; return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -O | --output | --record | --ca | --cert | --key | --client-ca) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
                -w | --timeout | --wait | -c | --count | --bytes | -s | --source | -p | --source-port | --allow | --deny | --accept-proxy | --setup-timeout | --via | --max-message | --deadline | -i | --idle-timeout | --interval | --sni | --alpn | --ciphers | --pin) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --wait --count --bytes --discard --connect --source --source-port --mptcp --mode --allow --deny --accept-proxy --setup-timeout --via --via-auth --proxy-protocol --frame --max-message --output --deadline --idle-timeout --ipv4 --ipv6 --numeric --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --tls --starttls --ca --sni --alpn --tls-version --ciphers --cert --key --pin --insecure --client-ca --client-optional --self-signed --ignore-unexpected-eof --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'udp')
            if [[ $cur == -* ]]; then
                _sockctl_offer '--help'
            else
                _sockctl_offer 'send recv listen connect'
            fi
            ;;
        'udp send')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --frame) _sockctl_framings; return ;;
                --loop) _sockctl_offer 'on off'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --repeat | --delay | --wait | --replies | -w | --timeout | --ttl | -s | --source | -p | --source-port | --deadline | --interval) return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -f | --file | --replay | -O | --output | --record) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--file --replay --frame --crlf --repeat --delay --output --wait --replies --histogram --timeout --ttl --loop --source --source-port --ipv4 --ipv6 --numeric --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'udp recv')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fault | --seed | --setup-timeout | -s | --source | -p | --source-port | --size | -c | --count | -w | --timeout | -i | --idle-timeout | --allow | --deny | -m | --max-connections | --group | --from | --deadline | --interval) return ;;
                --faults | -O | --output | --record) _sockctl_files; return ;;
                --frame) _sockctl_framings; return ;;
                --mode) _sockctl_offer '600 660 666'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --reply) _sockctl_after_at; return ;;
                --to) _sockctl_endpoints; return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--echo --reply --to --fault --faults --seed --setup-timeout --source --source-port --size --frame --output --count --timeout --idle-timeout --mode --allow --deny --max-connections --group --from --ipv4 --ipv6 --numeric --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'udp listen')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --frame) _sockctl_framings; return ;;
                --mode) _sockctl_offer '600 660 666'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --size | -c | --count | -w | --timeout | -i | --idle-timeout | --wait | --allow | --deny | -m | --max-connections | --deadline | --interval) return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -f | --file | -O | --output | --record) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--all --file --frame --crlf --output --size --count --timeout --idle-timeout --wait --exit-on-eof --mode --allow --deny --max-connections --ipv4 --ipv6 --numeric --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'udp connect')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --frame) _sockctl_framings; return ;;
                --netns) _sockctl_namespaces; return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -f | --file | -O | --output | --record) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
                -w | --timeout | -i | --idle-timeout | --wait | --ttl | -s | --source | -p | --source-port | --deadline | --interval) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--file --frame --crlf --output --timeout --idle-timeout --wait --exit-on-eof --ttl --source --source-port --ipv4 --ipv6 --numeric --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'broadcast')
            if [[ $cur == -* ]]; then
                _sockctl_offer '--help'
            else
                _sockctl_offer 'send recv addresses'
            fi
            ;;
        'broadcast send')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --repeat | --delay | --wait | --replies | --to | --ttl | -p | --source-port | --deadline | --interval) return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -f | --file | -O | --output | --record) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--file --crlf --repeat --delay --output --wait --replies --to --limited --ttl --source-port --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                :
            fi
            ;;
        'broadcast recv')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --reply) _sockctl_after_at; return ;;
                --size | -c | --count | -w | --timeout | -i | --idle-timeout | --deadline | --interval) return ;;
                -I | --interface) _sockctl_interfaces; return ;;
                -O | --output | --record) _sockctl_files; return ;;
                -o | --option) _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--echo --reply --size --output --count --timeout --idle-timeout --deadline --interface --option --json --verbose --quiet --raw --hex --stats --interval --record --netns --color --help'
            else
                :
            fi
            ;;
        'broadcast addresses')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--json --netns --color --help'
            else
                :
            fi
            ;;
        'resolve')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --ipv4 --ipv6 --numeric --sources --json --verbose --quiet --netns --color --help'
            else
                _sockctl_offer 'gethostbyname gethostbyaddr getaddrinfo getnameinfo getservbyname getservbyport getprotobyname gethostname inet_aton inet_ntoa inet_pton inet_ntop'
            fi
            ;;
        'resolve gethostbyname')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --ipv4 --ipv6 --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve gethostbyaddr')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve getaddrinfo')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --family) _sockctl_offer 'AF_INET AF_INET6'; return ;;
                --flags) _sockctl_offer 'AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --type) _sockctl_offer 'SOCK_STREAM SOCK_DGRAM SOCK_RAW'; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --ipv4 --ipv6 --family --type --flags --numeric --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve getnameinfo')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --flags) _sockctl_offer 'NI_NUMERICHOST NI_NUMERICSERV NI_NOFQDN NI_NAMEREQD NI_DGRAM'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --flags --numeric --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve getservbyname')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve getservbyport')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve getprotobyname')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                -w | --timeout) return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--timeout --json --verbose --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'resolve gethostname')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--json --verbose --quiet --color --help'
            else
                :
            fi
            ;;
        'resolve inet_aton')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--strict --json --verbose --quiet --color --help'
            else
                :
            fi
            ;;
        'resolve inet_ntoa')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--json --verbose --quiet --color --help'
            else
                :
            fi
            ;;
        'resolve inet_pton')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--ipv4 --ipv6 --json --verbose --quiet --color --help'
            else
                :
            fi
            ;;
        'resolve inet_ntop')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--json --verbose --quiet --color --help'
            else
                :
            fi
            ;;
        'info')
            case $option in
                --by) _sockctl_offer 'connection process peer port'; return ;;
                --ca | --cert | --key) _sockctl_files; return ;;
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | --bytes | --port | --local | --peer | --address | --inode | --cookie | -c | --count | --deadline | -w | --timeout | --sni | --alpn | --ciphers | --pin) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
                --process) _sockctl_processes; return ;;
                --starttls) _sockctl_offer 'smtp imap postgres'; return ;;
                --state) _sockctl_offer 'ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV BOUND_INACTIVE all connected synchronized bucket big'; return ;;
                --tls-version) _sockctl_offer '1.2 1.3'; return ;;
                --user) _sockctl_users; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --peek --bytes --tcp --udp --unix --mptcp --raw-ip --packet --netlink --vsock --all-kinds --all-netns --listening --state --port --local --peer --address --user --process --inode --cookie --no-owners --watch --by --count --deadline --summary --timeout --numeric --ipv4 --ipv6 --tls --starttls --ca --sni --alpn --tls-version --ciphers --cert --key --pin --insecure --json --hex --verbose --quiet --netns --color --help'
            else
                _sockctl_offer 'fileno getsockname getpeername getsockopt setsockopt destroy options'
            fi
            ;;
        'info fileno')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | -w | --timeout) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --udp --timeout --numeric --ipv4 --ipv6 --json --verbose --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'info getsockname')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | -w | --timeout) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --udp --timeout --numeric --ipv4 --ipv6 --json --verbose --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'info getpeername')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | -w | --timeout) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --udp --timeout --numeric --ipv4 --ipv6 --json --verbose --netns --color --help'
            else
                _sockctl_endpoints
            fi
            ;;
        'info getsockopt')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | -w | --timeout) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --udp --timeout --numeric --ipv4 --ipv6 --json --verbose --netns --color --help'
            else
                _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_BSDCOMPAT SO_REUSEPORT SO_PASSCRED SO_PEERCRED SO_RCVLOWAT SO_SNDLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_GET_FILTER SO_PEERNAME SO_TIMESTAMP SO_ACCEPTCONN SO_PEERSEC SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_PROTOCOL SO_DOMAIN SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_BPF_EXTENSIONS SO_INCOMING_CPU SO_MEMINFO SO_INCOMING_NAPI_ID SO_COOKIE SO_PEERGROUPS SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_PREFER_BUSY_POLL SO_NETNS_COOKIE SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_PEERPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_CC_INFO TCP_SAVE_SYN TCP_SAVED_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_IS_MPTCP TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_PKTOPTIONS IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_MTU IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IP_PROTOCOL IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_2292PKTOPTIONS IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_PATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
            fi
            ;;
        'info setsockopt')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --fd | -w | --timeout) return ;;
                --netns) _sockctl_namespaces; return ;;
                --new) _sockctl_offer 'tcp tcp6 udp udp6 unix'; return ;;
                --pid) _sockctl_pids; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--new --fd --pid --udp --timeout --numeric --ipv4 --ipv6 --json --verbose --netns --color --help'
            else
                _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
            fi
            ;;
        'info destroy')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
                --netns) _sockctl_namespaces; return ;;
                --pid) _sockctl_pids; return ;;
                --port | --local | --peer | --address | --inode | --cookie) return ;;
                --process) _sockctl_processes; return ;;
                --state) _sockctl_offer 'ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV BOUND_INACTIVE all connected synchronized bucket big'; return ;;
                --user) _sockctl_users; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--pid --process --port --local --peer --address --inode --cookie --state --user --tcp --udp --listening --ipv4 --ipv6 --numeric --yes --dry-run --json --quiet --netns --color --help'
            else
                :
            fi
            ;;
        'info options')
            case $option in
                --color) _sockctl_offer 'auto always never'; return ;;
            esac
            if [[ $cur == -* ]]; then
                _sockctl_offer '--json --color --help'
            else
                _sockctl_offer 'SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_BSDCOMPAT SO_REUSEPORT SO_PASSCRED SO_PEERCRED SO_RCVLOWAT SO_SNDLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_GET_FILTER SO_PEERNAME SO_TIMESTAMP SO_ACCEPTCONN SO_PEERSEC SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_PROTOCOL SO_DOMAIN SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_BPF_EXTENSIONS SO_INCOMING_CPU SO_MEMINFO SO_INCOMING_NAPI_ID SO_COOKIE SO_PEERGROUPS SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_PREFER_BUSY_POLL SO_NETNS_COOKIE SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_PEERPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_CC_INFO TCP_SAVE_SYN TCP_SAVED_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_IS_MPTCP TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_PKTOPTIONS IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_MTU IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IP_PROTOCOL IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_2292PKTOPTIONS IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_PATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
            fi
            ;;
        'help')
            if [[ $cur == -* ]]; then
                _sockctl_offer '--help'
            else
                _sockctl_offer 'listen connect send recv udp broadcast resolve info help completions schema'
            fi
            ;;
        'completions')
            if [[ $cur == -* ]]; then
                _sockctl_offer '--help'
            else
                _sockctl_offer 'bash zsh fish'
            fi
            ;;
        'schema')
            if [[ $cur == -* ]]; then
                _sockctl_offer '--help'
            else
                :
            fi
            ;;
        'help udp') _sockctl_offer 'send recv listen connect' ;;
        'help broadcast') _sockctl_offer 'send recv addresses' ;;
        'help resolve') _sockctl_offer 'gethostbyname gethostbyaddr getaddrinfo getnameinfo getservbyname getservbyport getprotobyname gethostname inet_aton inet_ntoa inet_pton inet_ntop' ;;
        'help info') _sockctl_offer 'fileno getsockname getpeername getsockopt setsockopt destroy options' ;;
    esac
}

complete -F _sockctl sockctl
