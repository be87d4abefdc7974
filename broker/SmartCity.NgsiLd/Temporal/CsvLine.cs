using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>Fields of a comma-separated table (RFC 4180), straight to UTF-8.</summary>
internal sealed class CsvLine(IBufferWriter<byte> output)
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n\t ;"u8);

    public void Comma() => output.Write(","u8);

    public void End() => output.Write("\r\n"u8);

    /// <summary>What needs no quotes: numbers and times.</summary>
    public void Raw(ReadOnlySpan<byte> text) => output.Write(text);

    public void Field(string text) => Field(Encoding.UTF8.GetBytes(text));

    /// <summary>Text, in quotes where it needs them.</summary>
    public void Field(ReadOnlySpan<byte> text)
    {
        // Spreadsheets take what begins so for a formula, whoever wrote it.
        var isFormula = text is [(byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r', ..];
        if (!isFormula && text.IndexOfAny(Quoted) < 0)
        {
            output.Write(text);
            return;
        }

        output.Write("\""u8);
        if (isFormula) output.Write("'"u8);
        while (text.IndexOf((byte)'"') is var quote and >= 0)
        {
            output.Write(text[..(quote + 1)]);
            output.Write("\""u8);
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write("\""u8);
    }

    public void Number(double number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(32), out var written);
        output.Advance(written);
    }

    /// <summary>An instant of the broker's own; nothing where there is none.</summary>
    public void Instant(long utcTicks)
    {
        if (utcTicks > 0) DateTime(utcTicks);
    }

    public void DateTime(long utcTicks)
    {
        var text = output.GetSpan(28);
        Utf8Formatter.TryFormat(new DateTime(utcTicks, DateTimeKind.Utc), text, out _, new StandardFormat('O'));
        var length = 19 + text[19..26].TrimEnd("0."u8).Length;
        text[length] = (byte)'Z';
        output.Advance(length + 1);
    }
}
