using VirtualRoot.Fuse.Wire;

namespace VirtualRoot.Fuse.Tests;

public sealed class DirectoryWriterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryAdd_AtEveryRoom_WritesWholeEntriesOrNothing(bool plus)
    {
        for (int nameLength = 1; nameLength <= 17; nameLength++)
        {
            byte[] name = [.. Enumerable.Repeat((byte)'n', nameLength)];
            int size = ((plus ? 152 : 24) + nameLength + 7) / 8 * 8;
            for (int room = 0; room <= size * 2; room++)
            {
                byte[] buffer = [.. Enumerable.Repeat((byte)0xAA, room + 1)];
                FuseDirectoryWriter writer = new(buffer.AsSpan(0, room));
                int added = 0;
                while (plus ? writer.TryAddPlus(new FuseEntryOut { NodeId = 1 }, 1, 8, 1, name) : writer.TryAdd(1, 8, 1, name))
                {
                    added++;
                }

                Assert.Equal(room / size, added);
                Assert.Equal(added * size, writer.Length);
                Assert.DoesNotContain((byte)0xAA, buffer[..writer.Length]); // padding is cleared
                Assert.All(buffer[writer.Length..], b => Assert.Equal(0xAA, b));
            }
        }
    }
}
