using System.Text;
using System.Xml;

namespace SmartCity.Broker.Federation.Http;

/// <summary>Writes what comes behind a source's root: a path, and parameters with their values percent-encoded.</summary>
/// <param name="path">What it starts with.</param>
/// <param name="query">Parameters that are written already, with their question mark; empty for none.</param>
internal struct TargetText(string path, string query = "")
{
    private readonly StringBuilder _text = new(path + query);
    private bool _hasQuery = query.Length > 0;

    public readonly int Length => _text.Length;

    /// <summary>A further part of the path.</summary>
    public readonly void Segment(string text) => _text.Append('/').Append(UrlText.Segment(text));

    public readonly void Path(string text) => _text.Append(text);

    /// <summary>Nothing where there is no value.</summary>
    public void Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Name(name);
        _text.Append(UrlText.Value(value));
    }

    public void Add(string name, int value)
    {
        Name(name);
        _text.Append(value);
    }

    /// <summary>A list: its commas stay what they are, and those of its elements are encoded.</summary>
    public void Add(string name, IEnumerable<string> values)
    {
        var first = true;
        foreach (var value in values)
        {
            if (first) Name(name);
            else _text.Append(',');
            first = false;
            _text.Append(UrlText.Element(value));
        }
    }

    /// <summary>That a source is to make an EntityMap.</summary>
    public void Map(SourceMapUse map)
    {
        if (!map.IsWanted) return;
        Add("entityMap", "true");
        if (map.Lifetime is { } lifetime) Add("entityMapLifetime", XmlConvert.ToString(lifetime));
    }

    public void Local(SourceEndpoint endpoint)
    {
        if (endpoint.IsLocalOnly) Add("local", "true");
    }

    public override readonly string ToString() => _text.ToString();

    private void Name(string name)
    {
        _text.Append(_hasQuery ? '&' : '?').Append(name).Append('=');
        _hasQuery = true;
    }
}
