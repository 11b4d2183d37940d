// Every shape of the JSON output, in the order of the manual. A new event is a file and a line here.

import Sockets

package enum ShapeCatalog {
    /// In the order in which a session has them.
    static let events: [ObjectSpec] = [
        SelfSigned.spec, Listening.spec, Connected.spec, Accepted.spec, TLSReport.spec, DataReport.spec,
        MessageReport.spec, ScriptStep.spec,
        EndOfFile.spec, Truncated.spec, IntervalReport.spec, Closed.spec, Total.spec, Starved.spec,
        AcceptingAgain.spec,
        Refused.spec,
        FaultsInForce.spec, Fault.spec,
        SocketOpened.spec, SocketChanged.spec, SocketSample.spec, SocketSums.spec, ClosingsMissed.spec,
        DatagramReport.spec, Dropped.spec, DatagramSummary.spec, Destroyed.spec, Failed.spec,
        CommandFailure.spec,
    ]

    static let answers: [ObjectSpec] = [
        CheckResult.spec, CheckSummary.spec, ExplainStep.spec, ExplainVerdict.spec, SocketObject.spec,
        PeekAnswer.spec, SystemSummary.spec,
        DescriptorAnswer.spec,
        SocketNameAnswer.spec, OptionValuesAnswer.spec, SocketOption.spec,
        BroadcastAddress.spec, HostAnswer.spec, AddressInfoAnswer.spec,
        NameInfoAnswer.spec,
        ServiceAnswer.spec, ProtocolAnswer.spec, GetHostName.Answer.spec,
        AddressAnswer.spec, SourcesAnswer.spec,
    ]

    static let parts: [ObjectSpec] = [
        AddressReport.spec, ProxyHeader.TLV.spec, TrafficReport.spec, ConnectTime.spec, TCPAccount.spec,
        TLSReport.Facts.spec, VerifyReport.spec, ProblemReport.spec, CertificateReport.spec, HTTPReport.spec,
        HTTPHeader.spec, HTTPBody.spec, DistributionReport.spec, Total.PeerUse.spec,
        Distribution.Bar.spec, CheckAccount.Change.spec,
        Failure.spec, Failure.Attempt.spec, PortHolder.spec, SocketOwner.spec, SocketRecord.Timer.spec,
        SystemSummary.Kind.spec, SystemSummary.Processes.spec, Finding.spec, FoundSocket.spec,
        NetworkFigures.spec, TCPReport.spec, AddressInfoAnswer.Element.spec,
        SourceAnswer.spec, AddressOrder.spec, NameDifferences.spec, ResolverReport.spec,
    ]

    static var lines: [ObjectSpec] { events + answers }
}
