// What TLS with a port came to: the handshake, and the certificate, which is judged here.

import CommandSpec
import Sockets
import TLS

struct TLSOutcome {
    /// Nil if the handshake failed.
    var facts: TLSReport.Facts?
    /// What is wrong; nil if nothing is.
    let problem: TLSError?

    /// - Parameter minDays: for how many days the certificate has to be valid still.
    init(_ result: Result<TLSReport.Facts, Failure>, minDays: Int) {
        switch result {
        case .failure(let failure):
            if case .tls(let error) = failure.cause {
                problem = error
            } else {
                problem = TLSError(failure.message, code: failure.code)
            }
        case .success(let facts):
            self.facts = facts
            let verification = facts.verification
            if let reason = verification.reason {
                problem = TLSError(reason, code: verification.findings.first?.code)
            } else if let days = Self.daysLeft(facts), days < minDays {
                let least = verification.chain.min { $0.notAfter < $1.notAfter }
                let whose = least == verification.chain.first ? "" : " of '\(least?.subject ?? "")'"
                problem = TLSError(
                    "the certificate\(whose) expires in \(days) day\(days == 1 ? "" : "s"), and --min-days wants \(minDays)",
                    code: "EXPIRES_SOON")
            } else {
                problem = nil
            }
        }
    }

    /// Until the first certificate of the chain expires.
    private static func daysLeft(_ facts: TLSReport.Facts) -> Int? {
        facts.verification.chain.map { $0.daysLeft(at: facts.now) }.min()
    }

    /// Until the peer's own certificate expires.
    var daysLeft: Int? { facts.flatMap { facts in facts.verification.chain.first?.daysLeft(at: facts.now) } }
}
