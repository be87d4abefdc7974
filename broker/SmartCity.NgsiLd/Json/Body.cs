using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace SmartCity.NgsiLd.Json;

/// <summary>What can be said of a body before it is read.</summary>
internal static class Body
{
    /// <summary>Null where the bytes are UTF-8 (ETSI GS CIM 009 4.6.1).</summary>
    public static NgsiLdError? CheckText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return NgsiLdError.InvalidRequest("The body is empty.");
        return Utf8.IsValid(utf8) ? null : NgsiLdError.InvalidRequest("The body is not UTF-8 (ETSI GS CIM 009 4.6.1).");
    }

    public static NgsiLdError Broken(JsonException broken) =>
        NgsiLdError.InvalidRequest($"The body is not JSON: {broken.Message}");

    /// <summary>
    /// A refusal may come before the end was seen: where the rest is no JSON, that is what is wrong (ETSI GS CIM 009 5.5.4).
    /// </summary>
    public static Result<T> OrBroken<T>(in Result<T> read, ReadOnlySpan<byte> utf8)
    {
        if (read.IsSuccess || read.Error.Kind != NgsiLdErrorKind.BadRequestData) return read;
        try
        {
            var reader = Reader(utf8);
            while (reader.Read())
            {
            }

            return read;
        }
        catch (JsonException broken)
        {
            return Broken(broken);
        }
    }

    public static Result<ImmutableArray<ReadOnlyMemory<byte>>> SplitArray(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        if (CheckText(utf8.Span) is { } wrong) return wrong;
        try
        {
            var reader = Reader(utf8.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) return NgsiLdError.BadRequestData("The body is not a JSON array.");
            var items = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                if (reader.TokenType == JsonTokenType.Null) return NgsiLdError.BadRequestData($"[{items.Count}] is null.");
                if (!Skip(ref reader, maxDepth + 1)) return TooDeep(maxDepth);
                items.Add(utf8[start..(int)reader.BytesConsumed]);
            }

            reader.Read();
            return items.Count > 0 ? items.DrainToImmutable() : NgsiLdError.BadRequestData("The body is an empty array.");
        }
        catch (JsonException broken)
        {
            return Broken(broken);
        }
    }

    public static Result<ReadOnlyMemory<byte>> FindContext(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        if (CheckText(utf8.Span) is { } wrong) return wrong;
        try
        {
            ReadOnlyMemory<byte> found = default;
            var reader = Reader(utf8.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject && !Skip(ref reader, maxDepth)) return TooDeep(maxDepth);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isContext = reader.ValueTextEquals("@context"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (!Skip(ref reader, maxDepth)) return TooDeep(maxDepth);
                if (isContext) found = utf8[start..(int)reader.BytesConsumed];
            }

            // Text behind the value is no JSON: the reader throws.
            reader.Read();
            return found;
        }
        catch (JsonException broken)
        {
            return Broken(broken);
        }
        catch (InvalidOperationException)
        {
            // Met when a name is compared.
            return NgsiLdError.BadRequestData("The name of a member holds an unpaired surrogate.");
        }
    }

    public static string? FindId(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = Reader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("@id"u8);
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.String) return reader.GetString();
                reader.Skip();
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Whatever came before was no id.
        }

        return null;
    }

    // To the end of the value; false where it nests too deep.
    private static bool Skip(ref Utf8JsonReader reader, int maxDepth)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return true;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.CurrentDepth > maxDepth) return false;
        }

        return true;
    }

    private static NgsiLdError TooDeep(int maxDepth) =>
        NgsiLdError.BadRequestData($"The body nests deeper than {maxDepth} levels.");

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> utf8) => new(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
}
