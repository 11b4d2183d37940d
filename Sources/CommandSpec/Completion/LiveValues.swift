// What only the machine knows of the values that a command line may have. None of it may wait: nothing is looked up in
// the network.

package protocol LiveValues {
    /// Names that files of this machine give to hosts.
    var hosts: [Candidate] { get }
    /// Whether the name or the address is one of this machine.
    func isLocal(_ host: String) -> Bool
    var localAddresses: [Candidate] { get }
    var interfaces: [Candidate] { get }
    var users: [Candidate] { get }
    var processIDs: [Candidate] { get }
    var processNames: [Candidate] { get }
    var networkNamespaces: [Candidate] { get }
    func services(isDatagram: Bool) -> [Candidate]
    var protocols: [Candidate] { get }
    /// The ports at which this machine waits for peers, or for datagrams.
    func listeningPorts(isDatagram: Bool) -> [Candidate]
    /// The ports that sockets have now.
    func ports(of side: SocketSide) -> [Candidate]
    /// The addresses that sockets have now.
    func addresses(of side: SocketSide) -> [Candidate]
    /// The names at which Unix sockets wait for peers, as they stand after `unix:`.
    func unixSockets(keepingBoundaries: Bool) -> [Candidate]
    /// The descriptors of a process that are sockets.
    func descriptors(ofProcess pid: String) -> [Candidate]
    func socketOptions(_ access: SocketOptionAccess) -> [Candidate]
    /// The values that a socket option can be set to, where they are a few.
    func values(ofSocketOption name: String) -> [Candidate]
    var optionLevels: [Candidate] { get }
    var socketStates: [Candidate] { get }
    var addressFlags: [Candidate] { get }
    var nameFlags: [Candidate] { get }
}

package enum SocketOptionAccess: Sendable { case reading, setting }
