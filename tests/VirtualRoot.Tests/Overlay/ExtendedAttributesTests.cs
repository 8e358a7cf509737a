using System.Text;
using VirtualRoot.Linux;
using VirtualRoot.Tree;

namespace VirtualRoot.Tests.Overlay;

public sealed class ExtendedAttributesTests
{
    private readonly ExtendedAttributes _attributes = new();

    [Theory]
    [InlineData(1u, Errno.EEXIST)]
    [InlineData(2u, Errno.Success)]
    [InlineData(0u, Errno.Success)]
    public void Set_OfWhatIsThere_FollowsTheFlags(uint flags, Errno expected)
    {
        Assert.Equal(Errno.Success, _attributes.Set("user.a"u8, "1"u8, 0));
        Assert.Equal(expected, _attributes.Set("user.a"u8, "two"u8, flags));
        _attributes.Get("user.a"u8, out ReadOnlySpan<byte> value);
        Assert.Equal(expected == Errno.Success ? "two" : "1", Encoding.UTF8.GetString(value));
    }

    [Theory]
    [InlineData(1u, Errno.Success)]
    [InlineData(2u, Errno.ENODATA)]
    public void Set_OfWhatIsNotThere_FollowsTheFlags(uint flags, Errno expected) =>
        Assert.Equal(expected, _attributes.Set("user.a"u8, "1"u8, flags));

    [Fact]
    public void List_IsEachNameWithItsNul()
    {
        _attributes.Set("user.a"u8, "1"u8, 0);
        _attributes.Set("user.bc"u8, [], 0);
        byte[] names = new byte[_attributes.ListLength];
        _attributes.List(names);
        Assert.Equal("user.a\0user.bc\0", Encoding.UTF8.GetString(names));
    }

    [Fact]
    public void Set_BeyondTheBound_IsEnospcUntilSomethingIsRemoved()
    {
        Assert.Equal(Errno.Success, _attributes.Set("user.a"u8, new byte[40_000], 0));
        Assert.Equal(Errno.ENOSPC, _attributes.Set("user.b"u8, new byte[40_000], 0));
        Assert.Equal(Errno.Success, _attributes.Remove("user.a"u8));
        Assert.Equal(Errno.ENODATA, _attributes.Remove("user.a"u8));
        Assert.Equal(0, _attributes.ListLength);
        Assert.Equal(Errno.Success, _attributes.Set("user.b"u8, new byte[40_000], 0));
        Assert.Equal(Errno.ENODATA, _attributes.Get("user.a"u8, out _));
    }
}
