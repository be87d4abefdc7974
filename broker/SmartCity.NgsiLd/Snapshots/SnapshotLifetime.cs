using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Xml;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>How long a client wants a Snapshot to exist (ETSI GS CIM 009 5.2.41).</summary>
/// <param name="Text">An ISO 8601 duration, as given.</param>
/// <param name="Value">Above zero; years count 365 days and months 30.</param>
public sealed record SnapshotLifetime(string Text, TimeSpan Value)
{
    internal static SnapshotLifetime? Read(MemberReader members, JsonElement? value, string name)
    {
        if (members.Text(value, name) is not { } text) return null;
        if (TryParse(text, out var lifetime)) return lifetime;
        members.Problem(name, $"is \"{text}\", which is no duration such as PT1H");
        return null;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out SnapshotLifetime? lifetime)
    {
        lifetime = null;
        try
        {
            var value = XmlConvert.ToTimeSpan(text);
            if (value <= TimeSpan.Zero) return false;
            lifetime = new(text, value);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        catch (OverflowException)
        {
            lifetime = new(text, TimeSpan.MaxValue);
            return text.StartsWith('P');
        }
    }
}
