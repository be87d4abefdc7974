using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Sources.Csv;

/// <param name="Line">Where the row begins in the file, from 1.</param>
/// <param name="Raw">The row as it stands there, without the line end.</param>
/// <param name="Cells">Null where there is a problem.</param>
internal sealed record CsvRow(int Line, string Raw, string[]? Cells, string? Problem);

/// <summary>A file that cannot be read as the table it should be.</summary>
internal sealed class CsvTableException(string message) : Exception(message);

/// <summary>Reads the rows of a file one by one.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly StreamReader _reader;
    private readonly CsvParser _parser;
    private bool _bad;

    private CsvTable(StreamReader reader, CsvFormat format)
    {
        _reader = reader;
        _parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = format.Separator,
            Quote = format.Quote[0],
            Escape = format.Quote[0],
            HasHeaderRecord = false,
            IgnoreBlankLines = true,
            BadDataFound = _ => _bad = true,
            // A quote that is never closed would otherwise swallow the rest of the file into memory.
            MaxFieldSize = 1_000_000,
        });
    }

    /// <summary>Column name to position.</summary>
    internal IReadOnlyDictionary<string, int> Columns { get; private set; } = new Dictionary<string, int>();

    internal string Header { get; private set; } = "";

    /// <exception cref="CsvTableException">There is no header, or it names a column twice.</exception>
    internal static async Task<CsvTable> OpenAsync(string file, CsvFormat format)
    {
        var reader = new StreamReader(file, format.OpenEncoding(), detectEncodingFromByteOrderMarks: true);
        var table = new CsvTable(reader, format);
        try
        {
            await table.ReadHeaderAsync(format);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>The next row, or null at the end.</summary>
    /// <exception cref="CsvTableException">The file is not in its encoding, or a quote is never closed.</exception>
    internal async Task<CsvRow?> ReadAsync()
    {
        _bad = false;
        var line = _parser.RawRow + 1 + _skipped;
        try
        {
            if (!await _parser.ReadAsync()) return null;
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new CsvTableException($"the file is not in its encoding near line {line}: {e.Message}");
        }
        catch (MaxFieldSizeException)
        {
            throw new CsvTableException($"the row at line {line} has a field of more than a million characters: a quote is not closed");
        }

        var raw = _parser.RawRecord.TrimEnd('\r', '\n');
        // Blank lines are skipped inside the parser, so the beginning is counted back from the end.
        line = _parser.RawRow + _skipped - raw.AsSpan().TrimStart("\r\n").Count('\n');
        raw = raw.TrimStart('\r', '\n');
        var cells = _parser.Record!;
        var problem = _bad ? "a quote stands where none may be, or is not closed"
            : Columns.Count > 0 && cells.Length != Columns.Count
                ? $"the row has {cells.Length} fields, the header {Columns.Count}"
                : null;
        return new CsvRow(line, raw, problem is null ? cells : null, problem);
    }

    internal RowMessage ToMessage(CsvRow row, IReadOnlyDictionary<string, MessageValue> variables) =>
        new(Columns, [.. row.Cells!.Select(MessageValue.Of)], row.Raw) { Variables = variables };

    /// <summary>What the mapping reads and the table has not.</summary>
    internal IReadOnlyList<string> Missing(EntityMapping mapping) =>
        [.. mapping.Paths.Where(p => p.Variable is null && !Columns.ContainsKey(p.Text)).Select(p => p.Text).Distinct()];

    public void Dispose()
    {
        _parser.Dispose();
        _reader.Dispose();
    }

    private int _skipped;

    private async Task ReadHeaderAsync(CsvFormat format)
    {
        for (; _skipped < format.SkipLines; _skipped++) await _reader.ReadLineAsync();
        var names = format.Columns;
        if (names is null)
        {
            var header = await ReadAsync() ?? throw new CsvTableException("the file is empty");
            names = [.. (header.Cells ?? throw new CsvTableException(header.Problem!)).Select(c => c.Trim())];
            Header = header.Raw;
        }

        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
            if (!columns.TryAdd(names[i], i)) throw new CsvTableException($"the header names '{names[i]}' twice");
        Columns = columns;
    }
}
