using System.Globalization;

namespace SmartCity.Adapters.Mapping;

/// <summary>How a source writes time.</summary>
/// <param name="Pattern">
/// <c>iso</c>, <c>unix</c> (seconds), <c>unix-ms</c>, or a .NET pattern such as <c>d.M.yyyy H:mm</c>.
/// </param>
/// <param name="Zone">Of texts that name no offset.</param>
internal sealed record TimeFormat(string Pattern, TimeZoneInfo Zone)
{
    internal const string Iso = "iso";
    internal const string Unix = "unix";
    internal const string UnixMilliseconds = "unix-ms";

    internal static readonly TimeFormat Default = new(Iso, TimeZoneInfo.Utc);

    internal bool TryRead(in MessageValue value, out DateTimeOffset time)
    {
        time = value.Time;
        return value.Kind == MessageValueKind.Time || TryParse(value.Text.Trim(), out time);
    }

    internal bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (Pattern is Unix or UnixMilliseconds) return TryUnix(text, out time);

        // Unspecified kind tells that the text has no offset of its own.
        const DateTimeStyles Styles =
            DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.RoundtripKind | DateTimeStyles.NoCurrentDateDefault;
        var parsed = Pattern == Iso
            ? LooksIso(text) & DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles, out var local)
            : DateTime.TryParseExact(text, Pattern, CultureInfo.InvariantCulture, Styles, out local);
        // A pattern without a date gives the year 1.
        if (!parsed || local.Year == 1) return false;

        time = local.Kind == DateTimeKind.Unspecified ? InZone(local) : new DateTimeOffset(local.ToUniversalTime());
        return true;
    }

    /// <summary>As NGSI-LD wants it: UTC, ISO 8601 (ETSI GS CIM 009 4.6.3).</summary>
    internal static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static bool LooksIso(string text) => text.Length >= 10 && text[4] == '-' && text[7] == '-';

    /// <summary>
    /// The hour that comes twice in autumn is read as its first coming; the hour that is skipped in spring is read as if
    /// the clock had not been put forward.
    /// </summary>
    private DateTimeOffset InZone(DateTime local)
    {
        var offset = Zone.IsAmbiguousTime(local)
            ? Zone.GetAmbiguousTimeOffsets(local).Max()
            : Zone.IsInvalidTime(local) ? Zone.GetUtcOffset(local.AddHours(-3)) : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    private bool TryUnix(string text, out DateTimeOffset time)
    {
        time = default;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        var milliseconds = Pattern == Unix ? number * 1000 : number;
        if (milliseconds is < -62135596800000 or > 253402300799999) return false;
        time = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        return true;
    }
}
