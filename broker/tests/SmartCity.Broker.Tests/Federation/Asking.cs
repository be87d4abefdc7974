using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;
using ContextSource = SmartCity.Broker.Registrations.ContextSource;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>A client, and what tests ask it.</summary>
internal static class Asking
{
    public const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";
    public const string TownUri = "http://town.example/context.jsonld";
    public const string CityUri = "http://city.example/context.jsonld";
    public const string Id = "urn:ngsi-ld:Lamp:1";

    public static Context Town { get; } = Compile(TownUri, """{"brightness":"http://town.example/helligkeit","Lamp":"http://town.example/Lampe"}""");

    public static Context City { get; } = Compile(CityUri, """{"hell":"http://town.example/helligkeit","Lampe":"http://town.example/Lampe"}""");

    public static Call Plain { get; } = new() { Context = Context.Core };

    public static ContextSourceClient Client(FederationSettings? settings = null, TimeProvider? clock = null) => new(
        Gates.ToLoopback(), new KnownContexts(), new SourceIdentity("hub", default), settings ?? FederationSettings.Default, Limits.Default,
        clock ?? TimeProvider.System);

    /// <param name="endpoint">Of the source.</param>
    /// <param name="info">contextSourceInfo, such as <c>key=value;key=value</c>.</param>
    /// <param name="change">What else its registration says.</param>
    public static ContextSource Source(string endpoint, string info = "", Func<ContextSourceRegistration, ContextSourceRegistration>? change = null)
    {
        var pairs = info.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => new KeyValue(pair[0], pair[1]));
        var registration = new ContextSourceRegistration
        {
            Id = "urn:ngsi-ld:ContextSourceRegistration:1",
            Endpoint = endpoint,
            Information = [],
            ContextSourceInfo = [.. pairs],
        };
        return new("", change is null ? registration : change(registration), new());
    }

    public static ContextSourceRegistration Managed(this ContextSourceRegistration registration, RegistrationManagement management) =>
        registration with { Management = management };

    public static ValueTask<SourceAnswer<Entity>> RetrieveAsync(
        this ContextSourceClient client, ContextSource source, Call? call = null, CancellationToken cancellation = default) =>
        client.RetrieveAsync(call ?? Plain, source, Id, SourceSelection.All, cancellation);

    public static Entity Read(string json, EntityInput input = EntityInput.Fragment, bool simplified = false) =>
        EntityReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, input, new() { Simplified = simplified }).Value;

    public static EntityQuery Query(string type) => new() { Selectors = [new() { Type = TypeSelectionParser.Parse(type, Context.Core).Value }] };

    public static string Name(string term) => Vocabulary + term;

    private static Context Compile(string uri, string json) =>
        ContextCompiler.Compile(ContextDocument.Parse(Encoding.UTF8.GetBytes(json)).Value.Parts, uri).Value;

    private sealed class KnownContexts : IContextResolver
    {
        public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation)
        {
            if (reference.IsDefault) return new(Context.Core);
            if (reference.Uri is null)
            {
                var parsed = ContextDocument.Parse(reference.Json);
                if (parsed.Value.Parts is [RemoteContext only]) return ResolveAsync(ContextReference.Link(only.Uri), cancellation);
                return new(parsed.Then(document => ContextCompiler.Compile(document.Parts.OfType<LocalContext>(), reference.Json)));
            }

            return new(reference.Uri switch
            {
                TownUri => Town,
                CityUri => City,
                _ when CoreContext.Is(reference.Uri) => Context.Core,
                _ => new NgsiLdError(NgsiLdErrorKind.LdContextNotAvailable, $"{reference.Uri} is not available"),
            });
        }
    }
}
