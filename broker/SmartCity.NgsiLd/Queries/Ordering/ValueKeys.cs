using System.Text;
using System.Text.Unicode;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>Values of any type as bytes that compare: first the type, then the value.</summary>
internal sealed class ValueKeys(Collation collation)
{
    /// <summary>Characters of a text that are looked at: two longer ones that begin alike count as equal.</summary>
    public const int ComparedCharacters = 1024;

    /// <summary>Ends arrays, objects and lists; less than every <see cref="ValueClass"/>.</summary>
    private const byte End = 0;

    private readonly char[] _characters = new char[ComparedCharacters];

    /// <param name="ticks">UTC; one of the ends of time stands for none.</param>
    /// <param name="key">Gets the value.</param>
    public static void WriteInstant(long ticks, KeyBuffer key)
    {
        if (ticks is long.MinValue or long.MaxValue or 0)
        {
            key.Byte((byte)ValueClass.Missing);
            return;
        }

        key.Byte((byte)ValueClass.DateTime);
        // Clients see microseconds: what looks the same is the same.
        key.Ticks(ticks - (ticks % TimeSpan.TicksPerMicrosecond));
    }

    public void WriteText(ReadOnlySpan<byte> utf8, KeyBuffer key)
    {
        key.Byte((byte)ValueClass.Text);
        WriteCharacters(utf8, key);
    }

    public void WriteTypes(PackedEntity entity, KeyBuffer key)
    {
        key.Byte((byte)ValueClass.Text);
        for (var i = 0; i < entity.TypeCount; i++)
        {
            key.Byte((byte)ValueClass.Text);
            collation.Write(entity.TypeAt(i).Iri, key);
        }

        key.Byte(End);
    }

    public void WriteScopes(PackedEntity entity, KeyBuffer key)
    {
        var count = entity.ScopeCount;
        key.Byte((byte)(count == 0 ? ValueClass.Missing : ValueClass.Text));
        if (count == 0) return;
        for (var i = 0; i < count; i++)
        {
            key.Byte((byte)ValueClass.Text);
            WriteCharacters(entity.ScopeUtf8At(i), key);
        }

        key.Byte(End);
    }

    public void WriteAttribute(in PackedAttribute attribute, KeyBuffer key)
    {
        var value = attribute.Value;
        if (JsonText.IsString(value) && attribute.ValueType is { } type && Temporal(type.Iri) is { } kind
            && TryWriteTemporal(value, kind, key)) return;
        WriteJson(value, key);
    }

    public void WriteJson(ReadOnlySpan<byte> json, KeyBuffer key)
    {
        if (json.IsEmpty) key.Byte((byte)ValueClass.Missing);
        else if (JsonText.TryNumber(json, out var number))
        {
            key.Byte((byte)ValueClass.Number);
            key.Number(number);
        }
        else if (JsonText.IsString(json)) WriteString(json, key);
        else if (JsonText.IsObject(json)) WriteObject(json, key);
        else if (JsonText.IsArray(json)) WriteArray(json, key);
        else if (json[0] == 'n') key.Byte((byte)ValueClass.Null);
        else
        {
            key.Byte((byte)ValueClass.Boolean);
            key.Byte((byte)(json[0] == 't' ? 1 : 0));
        }
    }

    private void WriteString(ReadOnlySpan<byte> json, KeyBuffer key)
    {
        using var text = new UnescapedText(json);
        WriteText(text.Span, key);
    }

    private void WriteObject(ReadOnlySpan<byte> json, KeyBuffer key)
    {
        if (JsonText.TryMember(json, "@value"u8, out var lexical))
        {
            WriteTyped(json, lexical, key);
            return;
        }

        key.Byte((byte)ValueClass.Object);
        foreach (var member in new JsonMembers(json))
        {
            WriteString(member.Name, key);
            WriteJson(member.Value, key);
        }

        key.Byte(End);
    }

    private void WriteArray(ReadOnlySpan<byte> json, KeyBuffer key)
    {
        key.Byte((byte)ValueClass.Array);
        foreach (var item in new JsonItems(json)) WriteJson(item, key);
        key.Byte(End);
    }

    /// <summary>A JSON-LD typed value (ETSI GS CIM 009 4.6.3).</summary>
    private void WriteTyped(ReadOnlySpan<byte> json, ReadOnlySpan<byte> lexical, KeyBuffer key)
    {
        if (JsonText.IsString(lexical) && JsonText.TryMember(json, "@type"u8, out var type) && JsonText.IsString(type)
            && Temporal(Encoding.UTF8.GetString(type[1..^1])) is { } kind && TryWriteTemporal(lexical, kind, key)) return;
        WriteJson(lexical, key);
    }

    private static bool TryWriteTemporal(ReadOnlySpan<byte> json, QTemporalKind kind, KeyBuffer key)
    {
        using var text = new UnescapedText(json);
        if (!TemporalText.TryTicks(text.Span, kind, out var ticks)) return false;
        key.Byte((byte)(kind switch
        {
            QTemporalKind.Time => ValueClass.Time,
            QTemporalKind.Date => ValueClass.Date,
            _ => ValueClass.DateTime,
        }));
        key.Ticks(ticks);
        return true;
    }

    // NGSI-LD's own types and those of XML Schema, short or as IRIs.
    private static QTemporalKind? Temporal(ReadOnlySpan<char> type)
    {
        var name = type[(type.LastIndexOfAny("/#:") + 1)..];
        if (name.Equals("DateTime", StringComparison.OrdinalIgnoreCase)) return QTemporalKind.DateTime;
        if (name.Equals("Date", StringComparison.OrdinalIgnoreCase)) return QTemporalKind.Date;
        return name.Equals("Time", StringComparison.OrdinalIgnoreCase) ? QTemporalKind.Time : null;
    }

    private void WriteCharacters(ReadOnlySpan<byte> utf8, KeyBuffer key)
    {
        // Stops where the characters are full, and replaces what is no Unicode.
        Utf8.ToUtf16(utf8, _characters, out _, out var length);
        collation.Write(_characters.AsSpan(0, length), key);
    }
}
