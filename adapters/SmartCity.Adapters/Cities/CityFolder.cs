using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using SmartCity.Adapters.Delivery;
using SmartCity.Adapters.Mapping;
using SmartCity.Adapters.Sources;

namespace SmartCity.Adapters.Cities;

/// <summary>
/// Reads the folder of a city: <c>city.yaml</c> and one file per adapter in <c>adapters/</c>. Every problem of every file
/// is reported at once.
/// </summary>
internal sealed class CityFolder(string folder, ILoggerFactory loggers, TimeProvider time)
{
    private readonly string _folder = Path.GetFullPath(folder);

    internal List<Problem> Problems { get; } = [];

    /// <param name="broker">Wins over the one in city.yaml; null: the file's.</param>
    /// <returns>Null where there is a problem.</returns>
    internal City? Read(string? broker)
    {
        var file = Path.Combine(_folder, "city.yaml");
        if (!File.Exists(file))
        {
            Problems.Add(new Problem(file, 1, "the file does not exist: is this the folder of a city?"));
            return null;
        }

        var (name, settings) = YamlSection.Load(file, Problems) is { } section ? ReadCity(section, broker) : ("", null);
        var adapters = ReadAdapters();
        return Problems.Count == 0 ? new City(name, settings!, adapters) : null;
    }

    private (string Name, BrokerSettings? Settings) ReadCity(YamlSection section, string? broker)
    {
        var name = section.Required("name");
        var tenant = section.Text("tenant");
        var inFile = section.Text("broker");
        var context = ReadContext(section);
        section.ReportUnknown();

        if ((broker ?? inFile) is not { } text)
        {
            section.Report("broker", "'broker' is missing: set it here or by --broker");
            return (name, null);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            section.Report("broker", $"'{text}' is not a URL such as http://localhost:1026");
            return (name, null);
        }

        return (name, new BrokerSettings(url, tenant, context));
    }

    /// <summary>A URL travels as a Link header; a file of the folder, or several contexts, in each Entity.</summary>
    private ContextChoice ReadContext(YamlSection section)
    {
        if (section.Json("context") is not { } context) return ContextChoice.Core;
        if (context is not JsonValue value) return new ContextChoice(null, Json.Bytes(context));

        var text = value.ToString();
        if (text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal))
            return new ContextChoice(text, null);

        var file = Path.Combine(_folder, text);
        try
        {
            var document = JsonNode.Parse(File.ReadAllText(file));
            if (document?["@context"] is { } inner) return new ContextChoice(null, Json.Bytes(inner));
            section.Report("context", $"the file '{file}' has no @context");
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            section.Report("context", $"'{text}' is neither a URL nor a readable file: {e.Message}");
        }

        return ContextChoice.Core;
    }

    private List<Adapter> ReadAdapters()
    {
        var adapters = new List<Adapter>();
        var folder = Path.Combine(_folder, "adapters");
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0) Problems.Add(new Problem(folder, 1, "the folder holds no adapter, such as parking.yaml"));
        foreach (var file in files)
            if (YamlSection.Load(file, Problems) is { } section && ReadAdapter(file, section) is { } adapter) adapters.Add(adapter);
        return adapters;
    }

    private Adapter? ReadAdapter(string file, YamlSection section)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var source = section.Section("source");
        if (source is null && !section.Has("source")) section.Report("source", "'source' is missing");
        var kindName = source?.Required("kind") ?? "";
        var kind = SourceKinds.All.FirstOrDefault(k => k.Name == kindName);
        if (kind is null && kindName.Length > 0)
            source!.Report("kind", $"'{kindName}' is not one of {string.Join(", ", SourceKinds.All.Select(k => k.Name))}");

        var mapping = MappingReader.Read(section, kind?.DefaultObservedAt);
        var batch = ReadBatch(section);
        section.ReportUnknown();
        if (kind is null || source is null) return null;

        var surroundings = new SourceSurroundings(_folder, name, mapping, loggers.CreateLogger(name), time);
        var receiver = kind.Read(source, surroundings);
        source.ReportUnknown();
        return receiver is null ? null : new Adapter(name, receiver, mapping, batch);
    }

    private static BatchSettings ReadBatch(YamlSection section)
    {
        var batch = new BatchSettings();
        if (section.Section("batch") is not { } settings) return batch;
        batch = new BatchSettings
        {
            Size = settings.Integer("size") ?? batch.Size,
            Wait = settings.Duration("wait") ?? batch.Wait,
            Queue = settings.Integer("queue") ?? batch.Queue,
        };
        settings.Validate(batch, BatchValidator.Instance);
        settings.ReportUnknown();
        return batch;
    }

    private sealed class BatchValidator : AbstractValidator<BatchSettings>
    {
        internal static readonly BatchValidator Instance = new();

        private BatchValidator()
        {
            RuleFor(b => b.Size).InclusiveBetween(1, 1000).WithMessage("'size' is not between 1 and 1000 entities");
            RuleFor(b => b.Wait).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromMinutes(1)).WithMessage("'wait' is not between 0ms and 1m");
            RuleFor(b => b.Queue).InclusiveBetween(1, 1_000_000).WithMessage("'queue' is not between 1 and 1000000 entities");
        }
    }
}
