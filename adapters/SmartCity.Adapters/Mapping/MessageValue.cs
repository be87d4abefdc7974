using System.Globalization;
using System.Text.Json;

namespace SmartCity.Adapters.Mapping;

internal enum MessageValueKind
{
    /// <summary>Absent, or null: the attribute is left out, it never becomes zero.</summary>
    Missing,
    Text,
    Number,
    Boolean,

    /// <summary>An instant that the source knows as such, whatever its text looked like.</summary>
    Time,

    /// <summary>An object or an array.</summary>
    Json,
}

/// <summary>One value of a message, as the source gave it.</summary>
internal readonly record struct MessageValue
{
    private MessageValue(MessageValueKind kind, string text, JsonElement json, DateTimeOffset time)
    {
        Kind = kind;
        Text = text;
        Json = json;
        Time = time;
    }

    internal MessageValueKind Kind { get; }

    /// <summary>The value as text; of a number exactly as written.</summary>
    internal string Text { get; }

    /// <summary>Only of <see cref="MessageValueKind.Json"/>.</summary>
    internal JsonElement Json { get; }

    /// <summary>Only of <see cref="MessageValueKind.Time"/>.</summary>
    internal DateTimeOffset Time { get; }

    internal static MessageValue Missing => default;

    internal bool IsMissing => Kind == MessageValueKind.Missing;

    internal static MessageValue Of(string text) => new(MessageValueKind.Text, text, default, default);

    internal static MessageValue Of(DateTimeOffset time) => new(
        MessageValueKind.Time, time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFK", CultureInfo.InvariantCulture), default, time);

    internal static MessageValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Of(json.GetString()!),
        JsonValueKind.Number => new(MessageValueKind.Number, json.GetRawText(), default, default),
        JsonValueKind.True => new(MessageValueKind.Boolean, "true", default, default),
        JsonValueKind.False => new(MessageValueKind.Boolean, "false", default, default),
        JsonValueKind.Object or JsonValueKind.Array => new(MessageValueKind.Json, json.GetRawText(), json, default),
        _ => Missing,
    };
}
