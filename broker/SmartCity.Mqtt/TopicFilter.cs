namespace SmartCity.Mqtt;

/// <summary>Topic filters with their wildcards (MQTT 5.0, 4.7).</summary>
public static class TopicFilter
{
    /// <summary>True where <c>#</c> is a whole last level, each <c>+</c> a whole level, and there is something.</summary>
    public static bool IsValid(string filter)
    {
        if (filter.Length == 0 || filter.Contains('\0', StringComparison.Ordinal)) return false;

        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('#', StringComparison.Ordinal) && (levels[i] != "#" || i < levels.Length - 1)) return false;
            if (levels[i].Contains('+', StringComparison.Ordinal) && levels[i] != "+") return false;
        }

        return true;
    }

    /// <summary>Wildcards at the front do not match topics that start with <c>$</c> (4.7.2).</summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && filter.Length > 0 && filter[0] is '+' or '#') return false;

        var filterRest = filter.AsSpan();
        var topicRest = topic.AsSpan();
        while (true)
        {
            var level = NextLevel(ref filterRest, out var filterGoesOn);
            if (level is "#") return true;

            var name = NextLevel(ref topicRest, out var topicGoesOn);
            if (level is not "+" && !level.SequenceEqual(name)) return false;
            if (!topicGoesOn) return !filterGoesOn || filterRest is "#";
            if (!filterGoesOn) return false;
        }
    }

    private static ReadOnlySpan<char> NextLevel(ref ReadOnlySpan<char> rest, out bool goesOn)
    {
        var slash = rest.IndexOf('/');
        goesOn = slash >= 0;
        var level = goesOn ? rest[..slash] : rest;
        rest = goesOn ? rest[(slash + 1)..] : [];
        return level;
    }
}
