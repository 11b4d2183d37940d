# Completes sockctl in fish: install it as ~/.config/fish/completions/sockctl.fish.

# The command on the line: empty, or "listen".
function __sockctl_command
    set -l path
    for word in (commandline -opc)[2..]
        set -l next (string join -- ' ' $path $word)
        contains -- $next 'listen' 'connect' 'send' 'recv' 'help' 'completions'; or break
        set path $next
    end
    echo $path
end

function __sockctl_in
    test "$(__sockctl_command)" = "$argv"
end

function __sockctl_interfaces
    path basename /sys/class/net/*
end

function __sockctl_endpoints
    __fish_print_hostnames
    set -l word (commandline -ct)
    if string match -q 'unix:*' -- $word
        set -l path (string replace unix: '' -- $word)
        set -l paths $path*
        printf 'unix:%s\n' $paths
    else
        echo unix:
    end
end

complete -c sockctl -f
complete -c sockctl -n '__sockctl_in ' -a listen -d 'accept connections and relay them'
complete -c sockctl -n '__sockctl_in ' -a connect -d 'connect and relay stdin and stdout'
complete -c sockctl -n '__sockctl_in ' -a send -d 'send data, a file or stdin, and print the reply'
complete -c sockctl -n '__sockctl_in ' -a recv -d 'accept one connection and receive to EOF'
complete -c sockctl -n '__sockctl_in ' -a help -d 'explain a command'
complete -c sockctl -n '__sockctl_in ' -a completions -d 'print the completions of a shell'
complete -c sockctl -n '__sockctl_in ' -l help -s h -d 'show help'
complete -c sockctl -n '__sockctl_in ' -l version -d 'show the version'
complete -c sockctl -n '__sockctl_in listen' -l keep-open -s k -d 'serve many peers, until interrupted'
complete -c sockctl -n '__sockctl_in listen' -l echo -d 'send back to each peer what it sends'
complete -c sockctl -n '__sockctl_in listen' -l discard -d 'receive and drop everything'
complete -c sockctl -n '__sockctl_in listen' -l reply -x -d 'answer each peer with this'
complete -c sockctl -n '__sockctl_in listen' -l chat -d 'pass what one peer says to all others'
complete -c sockctl -n '__sockctl_in listen' -l max-connections -s m -x -d 'serve at most N peers at a time'
complete -c sockctl -n '__sockctl_in listen' -l backlog -x -d 'let N peers wait in the queue'
complete -c sockctl -n '__sockctl_in listen' -l allow -x -d 'serve only peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in listen' -l deny -x -d 'refuse peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in listen' -l file -s f -r -F -d 'send FILE instead of stdin'
complete -c sockctl -n '__sockctl_in listen' -l crlf -d 'send each line feed as CR LF'
complete -c sockctl -n '__sockctl_in listen' -l timeout -s w -x -d 'give up if no peer has come after this long'
complete -c sockctl -n '__sockctl_in listen' -l no-half-close -d 'keep sending open at the end of input'
complete -c sockctl -n '__sockctl_in listen' -l send-only -d 'use only the sending direction'
complete -c sockctl -n '__sockctl_in listen' -l recv-only -d 'use only the receiving direction'
complete -c sockctl -n '__sockctl_in listen' -l exit-on-eof -d 'end at the first EOF of either side'
complete -c sockctl -n '__sockctl_in listen' -l output -s O -r -F -d 'write the payload to FILE instead of stdout'
complete -c sockctl -n '__sockctl_in listen' -l deadline -x -d 'end everything after this long'
complete -c sockctl -n '__sockctl_in listen' -l idle-timeout -s i -x -d 'end a connection idle for this long'
complete -c sockctl -n '__sockctl_in listen' -l ipv4 -s 4 -d 'IPv4 only'
complete -c sockctl -n '__sockctl_in listen' -l ipv6 -s 6 -d 'IPv6 only'
complete -c sockctl -n '__sockctl_in listen' -l numeric -s n -d 'look up no names and no services'
complete -c sockctl -n '__sockctl_in listen' -l interface -s I -x -d 'use only this network interface' -a '(__sockctl_interfaces)'
complete -c sockctl -n '__sockctl_in listen' -l option -s o -x -d 'set a socket option, such as TCP_NODELAY=1' -a 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
complete -c sockctl -n '__sockctl_in listen' -l json -s j -d 'JSON Lines instead of text'
complete -c sockctl -n '__sockctl_in listen' -l verbose -s v -d 'say more on stderr'
complete -c sockctl -n '__sockctl_in listen' -l quiet -s q -d 'say nothing but errors on stderr'
complete -c sockctl -n '__sockctl_in listen' -l raw -d 'let a terminal have the bytes as they are'
complete -c sockctl -n '__sockctl_in listen' -l stats -d 'a summary on stderr at the end'
complete -c sockctl -n '__sockctl_in listen' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in listen' -a '(__sockctl_endpoints)'
complete -c sockctl -n '__sockctl_in connect' -l file -s f -r -F -d 'send FILE instead of stdin'
complete -c sockctl -n '__sockctl_in connect' -l crlf -d 'send each line feed as CR LF'
complete -c sockctl -n '__sockctl_in connect' -l timeout -s w -x -d 'give up connecting after this long'
complete -c sockctl -n '__sockctl_in connect' -l no-half-close -d 'keep sending open at the end of input'
complete -c sockctl -n '__sockctl_in connect' -l send-only -d 'use only the sending direction'
complete -c sockctl -n '__sockctl_in connect' -l recv-only -d 'use only the receiving direction'
complete -c sockctl -n '__sockctl_in connect' -l exit-on-eof -d 'end at the first EOF of either side'
complete -c sockctl -n '__sockctl_in connect' -l source -s s -x -d 'bind to this address before connecting'
complete -c sockctl -n '__sockctl_in connect' -l source-port -s p -x -d 'bind to this port before connecting'
complete -c sockctl -n '__sockctl_in connect' -l output -s O -r -F -d 'write the payload to FILE instead of stdout'
complete -c sockctl -n '__sockctl_in connect' -l deadline -x -d 'end everything after this long'
complete -c sockctl -n '__sockctl_in connect' -l idle-timeout -s i -x -d 'end a connection idle for this long'
complete -c sockctl -n '__sockctl_in connect' -l ipv4 -s 4 -d 'IPv4 only'
complete -c sockctl -n '__sockctl_in connect' -l ipv6 -s 6 -d 'IPv6 only'
complete -c sockctl -n '__sockctl_in connect' -l numeric -s n -d 'look up no names and no services'
complete -c sockctl -n '__sockctl_in connect' -l interface -s I -x -d 'use only this network interface' -a '(__sockctl_interfaces)'
complete -c sockctl -n '__sockctl_in connect' -l option -s o -x -d 'set a socket option, such as TCP_NODELAY=1' -a 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
complete -c sockctl -n '__sockctl_in connect' -l json -s j -d 'JSON Lines instead of text'
complete -c sockctl -n '__sockctl_in connect' -l verbose -s v -d 'say more on stderr'
complete -c sockctl -n '__sockctl_in connect' -l quiet -s q -d 'say nothing but errors on stderr'
complete -c sockctl -n '__sockctl_in connect' -l raw -d 'let a terminal have the bytes as they are'
complete -c sockctl -n '__sockctl_in connect' -l stats -d 'a summary on stderr at the end'
complete -c sockctl -n '__sockctl_in connect' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in connect' -a '(__sockctl_endpoints)'
complete -c sockctl -n '__sockctl_in send' -l file -s f -r -F -d 'send FILE instead of stdin'
complete -c sockctl -n '__sockctl_in send' -l crlf -d 'send each line feed as CR LF'
complete -c sockctl -n '__sockctl_in send' -l repeat -x -d 'send the payload N times'
complete -c sockctl -n '__sockctl_in send' -l delay -x -d 'pause between two messages'
complete -c sockctl -n '__sockctl_in send' -l timeout -s w -x -d 'give up if no peer is found after this long'
complete -c sockctl -n '__sockctl_in send' -l no-reply -d 'end once the peer has acknowledged all'
complete -c sockctl -n '__sockctl_in send' -l listen -d 'serve the first peer that connects'
complete -c sockctl -n '__sockctl_in send' -l source -s s -x -d 'bind to this address before connecting'
complete -c sockctl -n '__sockctl_in send' -l source-port -s p -x -d 'bind to this port before connecting'
complete -c sockctl -n '__sockctl_in send' -l allow -x -d 'serve only peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in send' -l deny -x -d 'refuse peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in send' -l output -s O -r -F -d 'write the payload to FILE instead of stdout'
complete -c sockctl -n '__sockctl_in send' -l deadline -x -d 'end everything after this long'
complete -c sockctl -n '__sockctl_in send' -l idle-timeout -s i -x -d 'end a connection idle for this long'
complete -c sockctl -n '__sockctl_in send' -l ipv4 -s 4 -d 'IPv4 only'
complete -c sockctl -n '__sockctl_in send' -l ipv6 -s 6 -d 'IPv6 only'
complete -c sockctl -n '__sockctl_in send' -l numeric -s n -d 'look up no names and no services'
complete -c sockctl -n '__sockctl_in send' -l interface -s I -x -d 'use only this network interface' -a '(__sockctl_interfaces)'
complete -c sockctl -n '__sockctl_in send' -l option -s o -x -d 'set a socket option, such as TCP_NODELAY=1' -a 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
complete -c sockctl -n '__sockctl_in send' -l json -s j -d 'JSON Lines instead of text'
complete -c sockctl -n '__sockctl_in send' -l verbose -s v -d 'say more on stderr'
complete -c sockctl -n '__sockctl_in send' -l quiet -s q -d 'say nothing but errors on stderr'
complete -c sockctl -n '__sockctl_in send' -l raw -d 'let a terminal have the bytes as they are'
complete -c sockctl -n '__sockctl_in send' -l stats -d 'a summary on stderr at the end'
complete -c sockctl -n '__sockctl_in send' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in send' -a '(__sockctl_endpoints)'
complete -c sockctl -n '__sockctl_in recv' -l timeout -s w -x -d 'give up if no peer is found after this long'
complete -c sockctl -n '__sockctl_in recv' -l count -s c -x -d 'end after N messages'
complete -c sockctl -n '__sockctl_in recv' -l bytes -x -d 'end after SIZE bytes'
complete -c sockctl -n '__sockctl_in recv' -l connect -d 'connect instead of listening'
complete -c sockctl -n '__sockctl_in recv' -l source -s s -x -d 'bind to this address before connecting'
complete -c sockctl -n '__sockctl_in recv' -l source-port -s p -x -d 'bind to this port before connecting'
complete -c sockctl -n '__sockctl_in recv' -l allow -x -d 'serve only peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in recv' -l deny -x -d 'refuse peers of this network (repeatable)'
complete -c sockctl -n '__sockctl_in recv' -l output -s O -r -F -d 'write the payload to FILE instead of stdout'
complete -c sockctl -n '__sockctl_in recv' -l deadline -x -d 'end everything after this long'
complete -c sockctl -n '__sockctl_in recv' -l idle-timeout -s i -x -d 'end a connection idle for this long'
complete -c sockctl -n '__sockctl_in recv' -l ipv4 -s 4 -d 'IPv4 only'
complete -c sockctl -n '__sockctl_in recv' -l ipv6 -s 6 -d 'IPv6 only'
complete -c sockctl -n '__sockctl_in recv' -l numeric -s n -d 'look up no names and no services'
complete -c sockctl -n '__sockctl_in recv' -l interface -s I -x -d 'use only this network interface' -a '(__sockctl_interfaces)'
complete -c sockctl -n '__sockctl_in recv' -l option -s o -x -d 'set a socket option, such as TCP_NODELAY=1' -a 'SO_DEBUG SO_REUSEADDR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT SO_PASSCRED SO_RCVLOWAT SO_RCVTIMEO SO_SNDTIMEO SO_BINDTODEVICE SO_DETACH_FILTER SO_TIMESTAMP SO_SNDBUFFORCE SO_RCVBUFFORCE SO_PASSSEC SO_TIMESTAMPNS SO_MARK SO_TIMESTAMPING SO_RXQ_OVFL SO_WIFI_STATUS SO_PEEK_OFF SO_NOFCS SO_LOCK_FILTER SO_SELECT_ERR_QUEUE SO_BUSY_POLL SO_MAX_PACING_RATE SO_INCOMING_CPU SO_CNX_ADVICE SO_ZEROCOPY SO_TXTIME SO_BINDTOIFINDEX SO_TIMESTAMP_NEW SO_TIMESTAMPNS_NEW SO_TIMESTAMPING_NEW SO_RCVTIMEO_NEW SO_SNDTIMEO_NEW SO_DETACH_REUSEPORT_BPF SO_PREFER_BUSY_POLL SO_BUSY_POLL_BUDGET SO_BUF_LOCK SO_RESERVE_MEM SO_TXREHASH SO_RCVMARK SO_PASSPIDFD SO_RCVPRIORITY SO_PASSRIGHTS SO_INQ TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT TCP_WINDOW_CLAMP TCP_QUICKACK TCP_CONGESTION TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK TCP_USER_TIMEOUT TCP_REPAIR TCP_REPAIR_QUEUE TCP_QUEUE_SEQ TCP_FASTOPEN TCP_TIMESTAMP TCP_NOTSENT_LOWAT TCP_SAVE_SYN TCP_REPAIR_WINDOW TCP_FASTOPEN_CONNECT TCP_ULP TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_TX_DELAY TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_ROUTER_ALERT IP_RECVOPTS IP_RETOPTS IP_PKTINFO IP_MTU_DISCOVER IP_RECVERR IP_RECVTTL IP_RECVTOS IP_FREEBIND IP_PASSSEC IP_TRANSPARENT IP_RECVORIGDSTADDR IP_MINTTL IP_NODEFRAG IP_CHECKSUM IP_BIND_ADDRESS_NO_PORT IP_RECVFRAGSIZE IP_RECVERR_RFC4884 IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_MULTICAST_ALL IP_UNICAST_IF IP_LOCAL_PORT_RANGE IPV6_ADDRFORM IPV6_2292PKTINFO IPV6_2292HOPOPTS IPV6_2292DSTOPTS IPV6_2292RTHDR IPV6_CHECKSUM IPV6_2292HOPLIMIT IPV6_FLOWINFO IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_ADD_MEMBERSHIP IPV6_DROP_MEMBERSHIP IPV6_ROUTER_ALERT IPV6_MTU_DISCOVER IPV6_MTU IPV6_RECVERR IPV6_V6ONLY IPV6_MULTICAST_ALL IPV6_ROUTER_ALERT_ISOLATE IPV6_RECVERR_RFC4884 IPV6_FLOWINFO_SEND IPV6_HDRINCL IPV6_RECVPKTINFO IPV6_RECVHOPLIMIT IPV6_RECVHOPOPTS IPV6_HOPOPTS IPV6_RTHDRDSTOPTS IPV6_RECVRTHDR IPV6_RTHDR IPV6_RECVDSTOPTS IPV6_DSTOPTS IPV6_RECVPATHMTU IPV6_DONTFRAG IPV6_RECVTCLASS IPV6_TCLASS IPV6_AUTOFLOWLABEL IPV6_ADDR_PREFERENCES IPV6_MINHOPCOUNT IPV6_RECVORIGDSTADDR IPV6_TRANSPARENT IPV6_UNICAST_IF IPV6_RECVFRAGSIZE IPV6_FREEBIND UDP_CORK UDP_ENCAP UDP_NO_CHECK6_TX UDP_NO_CHECK6_RX UDP_SEGMENT UDP_GRO'
complete -c sockctl -n '__sockctl_in recv' -l json -s j -d 'JSON Lines instead of text'
complete -c sockctl -n '__sockctl_in recv' -l verbose -s v -d 'say more on stderr'
complete -c sockctl -n '__sockctl_in recv' -l quiet -s q -d 'say nothing but errors on stderr'
complete -c sockctl -n '__sockctl_in recv' -l raw -d 'let a terminal have the bytes as they are'
complete -c sockctl -n '__sockctl_in recv' -l stats -d 'a summary on stderr at the end'
complete -c sockctl -n '__sockctl_in recv' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in recv' -a '(__sockctl_endpoints)'
complete -c sockctl -n '__sockctl_in help' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in help' -a 'listen connect send recv help completions'
complete -c sockctl -n '__sockctl_in completions' -l help -s h -d 'show this help'
complete -c sockctl -n '__sockctl_in completions' -a 'bash zsh fish'
