using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FluentValidation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SmartCity.Adapters.Cities;

/// <summary>
/// A mapping of a YAML file that is read key by key. Whatever is wrong goes to one list with file and line, and reading
/// goes on, so that the author sees everything at once.
/// </summary>
internal sealed partial class YamlSection
{
    private readonly string _file;
    private readonly YamlMappingNode _node;
    private readonly ICollection<Problem> _problems;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private YamlSection(string file, YamlMappingNode node, ICollection<Problem> problems)
    {
        _file = file;
        _node = node;
        _problems = problems;
    }

    internal string Folder => Path.GetDirectoryName(_file)!;

    internal IEnumerable<string> Keys => _node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "");

    internal static YamlSection? Load(string file, ICollection<Problem> problems)
    {
        try
        {
            var stream = new YamlStream();
            using (var reader = File.OpenText(file)) stream.Load(reader);
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
                return new YamlSection(file, root, problems);
            problems.Add(new Problem(file, 1, "The file is not one YAML mapping"));
        }
        catch (YamlException e)
        {
            problems.Add(new Problem(file, e.Start.Line, $"The file is not YAML: {e.InnerException?.Message ?? e.Message}"));
        }
        catch (IOException e)
        {
            problems.Add(new Problem(file, 1, e.Message));
        }

        return null;
    }

    internal void Report(string key, string message) => _problems.Add(new Problem(_file, LineOf(key), message));

    internal bool Has(string key) => Find(key) is not null;

    /// <summary>Reports what the validator finds at the key that has the property's name.</summary>
    internal void Validate<T>(T settings, IValidator<T> validator)
    {
        foreach (var failure in validator.Validate(settings).Errors)
            Report(JsonName(failure.PropertyName), failure.ErrorMessage);
    }

    /// <summary>Reports the keys that nobody has asked for: most often a slip of the pen.</summary>
    internal void ReportUnknown()
    {
        foreach (var key in Keys)
            if (!_read.Contains(key)) Report(key, $"'{key}' is not known here");
    }

    /// <summary>The text with <c>${NAME}</c> replaced from the environment, for what must not stand in a file.</summary>
    internal string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { } value } => Substitute(key, value),
        _ => Wrong<string>(key, "a text"),
    };

    internal string Required(string key)
    {
        if (Text(key) is { Length: > 0 } text) return text;
        if (!Has(key)) Report(key, $"'{key}' is missing");
        else if (Find(key) is YamlScalarNode) Report(key, $"'{key}' is empty");
        return "";
    }

    internal bool? Flag(string key) => Text(key) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Wrong<bool?>(key, "true or false"),
    };

    internal int? Integer(string key) => Text(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<int?>(key, "an integer");

    internal decimal? Number(string key) => Text(key) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<decimal?>(key, "a number");

    /// <summary>A duration such as 50ms, 2s, 5m or 1h.</summary>
    internal TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text) return null;
        var match = DurationPattern().Match(text);
        if (!match.Success) return Wrong<TimeSpan?>(key, "a duration such as 500ms, 2s, 5m or 1h");
        var number = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].ValueSpan switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromHours(number),
        };
    }

    /// <summary>One of the names of the enumeration, in any case; hyphens do not count.</summary>
    internal T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (Text(key) is not { } text) return null;
        if (!char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), true, out var choice))
            return choice;
        return Wrong<T?>(key, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    internal YamlSection? Section(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode node => new YamlSection(_file, node, _problems),
        _ => Wrong<YamlSection>(key, "a mapping of keys and values"),
    };

    /// <summary>The sections of a list; a single one needs no list around it.</summary>
    internal IReadOnlyList<YamlSection> Sections(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlMappingNode one:
                return [new YamlSection(_file, one, _problems)];
            case YamlSequenceNode list:
                var sections = list.OfType<YamlMappingNode>().Select(n => new YamlSection(_file, n, _problems)).ToList();
                if (sections.Count < list.Children.Count) Report(key, $"'{key}' has items that are not mappings of keys and values");
                return sections;
            default:
                Wrong<YamlSection>(key, "a mapping or a list of mappings");
                return [];
        }
    }

    /// <summary>One text or a list of them; null where the key is absent.</summary>
    internal IReadOnlyList<string>? Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { } value }:
                return [Substitute(key, value)];
            case YamlSequenceNode list when list.All(n => n is YamlScalarNode):
                return [.. list.Cast<YamlScalarNode>().Select(n => Substitute(key, n.Value ?? ""))];
            default:
                Wrong<YamlSection>(key, "a text or a list of texts");
                return [];
        }
    }

    internal bool IsText(string key) => Find(key) is YamlScalarNode;

    /// <summary>The value as JSON: plain scalars by YAML's core schema, quoted ones are texts.</summary>
    internal JsonNode? Json(string key) => Find(key) is { } node ? ToJson(node) : null;

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(
            c => KeyValuePair.Create(((c.Key as YamlScalarNode)?.Value) ?? "", ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when NumberPattern().IsMatch(text) => JsonNode.Parse(text),
        _ => text,
    };

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private T? Wrong<T>(string key, string wanted)
    {
        Report(key, $"'{key}' is not {wanted}");
        return default;
    }

    private string Substitute(string key, string text) => VariablePattern().Replace(text, match =>
    {
        if (Environment.GetEnvironmentVariable(match.Groups[1].Value) is { } value) return value;
        Report(key, $"the environment variable {match.Groups[1].Value} is not set");
        return "";
    });

    private long LineOf(string key)
    {
        foreach (var child in _node.Children)
            if (child.Key is YamlScalarNode scalar && scalar.Value == key) return child.Key.Start.Line;
        return _node.Start.Line;
    }

    private static string JsonName(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex VariablePattern();

    [GeneratedRegex("^([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)$")]
    private static partial Regex DurationPattern();

    /// <summary>Numbers as JSON writes them; other forms of YAML stay texts.</summary>
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$")]
    private static partial Regex NumberPattern();
}
