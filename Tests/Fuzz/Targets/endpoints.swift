// Endpoints, what `--check` is to test, and blocks of addresses: words with a NUL after each. A failure is told
// in one line, and a hint in the next.

@testable import CommandSpec
@testable import Commands
@testable import Sockets

func target(_ input: inout Input) {
    let words = input.remaining().split(separator: 0, maxSplits: 8, omittingEmptySubsequences: false)
        .map { Word(bytes: Array($0)) }
    do throws(Failure) {
        use(try Endpoint(words).text)
    } catch {
        checkText(of: error)
    }
    do throws(Failure) {
        for target in try CheckTarget.all(in: words) { checkPorts(of: target) }
    } catch {
        checkText(of: error)
    }
    for word in words {
        let text = word.text
        use(HostAndPort(text))
        guard let block = AddressBlock(text) else { continue }
        check((0...128).contains(block.prefix), text)
    }
}

/// Every port once, none of them 0.
private func checkPorts(of target: CheckTarget) {
    let ports = target.ports?.ports([:]) ?? []
    check(Set(ports).count == ports.count && !ports.contains(0), "\(ports)")
    check(ports.count <= target.count, "\(ports.count) of \(target.count)")
}

private func checkText(of failure: Failure) {
    let lines = failure.text.utf8.count { $0 == 0x0a }
    check(lines == (failure.hint == nil ? 0 : 1), failure.text)
}
