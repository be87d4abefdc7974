using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// The compacted form of each interned name as JSON bytes, found by number. Pages are made on touch, so that a @context
/// pays for the names it has shown and not for all that the process knows.
/// </summary>
internal sealed class CompactedNames(Compactor compactor)
{
    private const int PageBits = 7;
    private const int PageSize = 1 << PageBits;

    private readonly Lock _growing = new();
    private byte[]?[]?[] _pages = new byte[]?[8][];

    public byte[] Get(Name name)
    {
        var page = name.Id >> PageBits;
        var pages = Volatile.Read(ref _pages);
        return page < pages.Length && pages[page] is { } names && names[name.Id & (PageSize - 1)] is { } json
            ? json
            : Add(name, page);
    }

    private byte[] Add(Name name, int page)
    {
        var json = Quote(compactor.Compact(name.Iri));
        lock (_growing)
        {
            var pages = _pages;
            if (page >= pages.Length) Array.Resize(ref pages, Math.Max(page + 1, pages.Length * 2));
            var names = pages[page] ??= new byte[]?[PageSize];
            // Readers take no lock: the bytes are complete before they can be found.
            Volatile.Write(ref names[name.Id & (PageSize - 1)], json);
            Volatile.Write(ref _pages, pages);
        }

        return json;
    }

    private static byte[] Quote(string text) =>
        Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
}
