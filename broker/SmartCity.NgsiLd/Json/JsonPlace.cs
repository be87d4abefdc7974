using System.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>Says where in a body something stands, for error details: <c>speed.value[2].unit</c>.</summary>
internal static class JsonPlace
{
    private const int Longest = 256;

    /// <summary>The path is found again from the beginning: reading bodies that are right need not keep it.</summary>
    public static string Of(ReadOnlySpan<byte> body, int position)
    {
        // One level for the members of the body, one for each that is open; the name or the index where each is.
        var names = new List<string?>();
        var indexes = new List<int>();
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read() && reader.TokenStartIndex <= position) Follow(ref reader, position, names, indexes);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // As far as it can be read.
        }

        return Show(names, indexes);
    }

    private static void Follow(ref Utf8JsonReader reader, int position, List<string?> names, List<int> indexes)
    {
        var token = reader.TokenType;
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            names.RemoveAt(names.Count - 1);
            indexes.RemoveAt(indexes.Count - 1);
            return;
        }

        if (token == JsonTokenType.PropertyName)
        {
            names[^1] = reader.GetString();
            return;
        }

        if (names.Count > 0 && names[^1] is null) indexes[^1]++;
        if (token is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || reader.TokenStartIndex == position) return;
        names.Add(token == JsonTokenType.StartObject ? "" : null);
        indexes.Add(-1);
    }

    private static string Show(List<string?> names, List<int> indexes)
    {
        var path = new StringBuilder();
        for (var i = 0; i < names.Count && path.Length < Longest; i++)
        {
            if (names[i] is null) path.Append('[').Append(indexes[i]).Append(']');
            else if (names[i] is { Length: > 0 } name) path.Append(path.Length == 0 ? "" : ".").Append(name);
        }

        if (path.Length == 0) return "The body";
        if (path.Length > Longest) path.Append("...", 0, 3).Length = Longest;
        return path.ToString();
    }
}
