using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using VirtualRoot.CasClient.Blobs;
using VirtualRoot.CasClient.Protos;
using VirtualRoot.CasClient.Tests.Fakes;
using VirtualRoot.Grpc;

namespace VirtualRoot.CasClient.Tests.Remote;

public sealed class MissingViolationTests : SessionFixture
{
    [Fact]
    public async Task Read_PreconditionMissing_IsMissingAndNamesTheDigest()
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(500_000));
        FailWith("Read", Violation("MISSING", $"blobs/{digest}"));
        CasException exception = await FailsAsync(CasErrorKind.Missing, () => Open().Blobs.OpenAsync(digest, default).AsTask());
        Assert.Equal(digest, exception.Digest);
        Assert.Contains(digest.ToString(), exception.Message);
        Assert.Contains("push it again", exception.Message);
        Assert.Equal(1, Cas.CallsOf("Read"));
    }

    [Theory]
    [InlineData("blobs/")]
    [InlineData("main/blobs/")]
    [InlineData("")]
    public async Task FindMissing_PreconditionMissing_NamesTheDigestOfTheSubject(string prefix)
    {
        Digest asked = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(10));
        Digest lacking = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(20));
        FailWith("FindMissingBlobs", Violation("OTHER", "x"), Violation("MISSING", prefix + lacking));
        CasException exception = await FailsAsync(CasErrorKind.Missing, () => Open().Connection!.FindMissingAsync([asked]));
        Assert.Equal(lacking, exception.Digest);
        Assert.Contains(lacking.ToString(), exception.Message);
    }

    [Fact]
    public async Task Batch_FailsAsAWholeForOneBlob_TheOthersStillCome()
    {
        Digest lacking = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(20, 7));
        Digest present = Cas.Add(RandomBytes(100));
        FailWith("BatchReadBlobs", Violation("MISSING", $"blobs/{lacking}"));
        CasSession session = Open();
        Task<BlobLease> bad = session.Blobs.OpenAsync(lacking, default).AsTask();
        Assert.Equal(RandomBytes(100), Read(await session.Blobs.OpenAsync(present, default)));
        CasException exception = await FailsAsync(CasErrorKind.Missing, () => bad);
        Assert.Equal(lacking, exception.Digest);
    }

    [Fact]
    public void Batch_OneBlobsStatusHasTheViolation_IsMissing()
    {
        Digest lacking = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(20));
        Protos.Status status = StatusOf(Violation("MISSING", $"blobs/{lacking}"));
        CasException exception = CasClient.Remote.RpcFailure.ToCasException(status, "grpc://cas:1", $"blob {lacking}", lacking);
        Assert.Equal((CasErrorKind.Missing, lacking), (exception.Kind, exception.Digest));
    }

    [Theory]
    [InlineData("OTHER", "x")]
    [InlineData("", "")]
    public async Task Read_PreconditionOfAnotherKind_IsNotMissing(string type, string subject)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(500_000));
        FailWith("Read", Violation(type, subject));
        await FailsAsync(CasErrorKind.Other, () => Open().Blobs.OpenAsync(digest, default).AsTask());
    }

    [Theory]
    [InlineData("not protobuf")]
    [InlineData("")]
    public async Task Read_DetailsAreGarbage_StatusStillCounts(string details)
    {
        Digest digest = DigestHasher.Compute(DigestFunction.Sha256, RandomBytes(500_000));
        Cas.Before = (method, _) => method == "Read"
            ? throw new RpcException(new Grpc.Status(StatusCode.FailedPrecondition, "no", System.Text.Encoding.UTF8.GetBytes(details)))
            : Task.CompletedTask;
        await FailsAsync(CasErrorKind.Other, () => Open().Blobs.OpenAsync(digest, default).AsTask());
    }

    private static PreconditionFailure.Types.Violation Violation(string type, string subject) => new() { Type = type, Subject = subject };

    private static Protos.Status StatusOf(params PreconditionFailure.Types.Violation[] violations)
    {
        var failure = new PreconditionFailure();
        failure.Violations.AddRange(violations);
        var status = new Protos.Status { Code = (int)StatusCode.FailedPrecondition, Message = "blobs are missing" };
        status.Details.Add(Any.Pack(failure));
        return status;
    }

    private void FailWith(string failing, params PreconditionFailure.Types.Violation[] violations)
    {
        byte[] details = StatusOf(violations).ToByteArray();
        Cas.Before = (method, _) => method == failing
            ? throw new RpcException(new Grpc.Status(StatusCode.FailedPrecondition, "blobs are missing", details))
            : Task.CompletedTask;
    }
}
