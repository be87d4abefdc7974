using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Each write of Entities in each mode, with the Attribute <c>b</c> registered: what is held here afterwards, what at the source, and what
/// clients see of both (ETSI GS CIM 009 4.3.6.2, 4.3.6.3, 5.6).
/// </summary>
public class WriteMatrixTests : FederationTest
{
    private const string Batches = "createBatch upsertBatch updateBatch mergeBatch deleteBatch retrieveOps";

    private const string Both = """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";

    /// <summary>
    /// Before, there is <c>a=1</c> here, <c>b=2</c> too unless the source alone may hold it, and <c>b=3</c> at the source; but of what
    /// is created there is nothing. The columns: held here and at the source in inclusive mode, in exclusive and redirect mode, and in
    /// auxiliary mode.
    /// </summary>
    private static readonly (string Operation, string Here, string There, string ProxiedHere, string ProxiedThere, string AuxiliaryHere)[] Table =
    [
        ("create", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("merge", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("replace", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("append", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("update", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("partial update", "a=1 b=20", "b=20", "a=1", "b=20", "a=1 b=20"),
        ("replace attribute", "a=1 b=20", "b=20", "a=1", "b=20", "a=1 b=20"),
        ("delete attribute", "a=1", "", "a=1", "", "a=1"),
        ("delete", "", "", "", "", ""),
        ("purge", "", "", "", "", ""),
        ("batch create", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("batch upsert", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("batch upsert, update", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("batch update", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("batch merge", "a=10 b=20", "b=20", "a=10", "b=20", "a=10 b=20"),
        ("batch delete", "", "", "", "", ""),
    ];

    public static TheoryData<string, string, string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string, string, string>();
        foreach (var (operation, here, there, proxiedHere, proxiedThere, auxiliaryHere) in Table)
        {
            Add("inclusive", here, there);
            Add("exclusive", proxiedHere, proxiedThere);
            Add("redirect", proxiedHere, proxiedThere);
            rows.Add(operation, "auxiliary", "retrieveOps", auxiliaryHere, operation is "create" or "batch create" ? "" : "b=3");

            void Add(string mode, string held, string heldThere)
            {
                rows.Add(operation, mode, Everything, held, heldThere);
                if (operation.StartsWith("batch", StringComparison.Ordinal)) rows.Add(operation, mode, Batches, held, heldThere);
            }
        }

        return rows;
    }

    [PeerTheory, MemberData(nameof(Rows))]
    [Clause("4.3.6"), Clause("4.20"), Clause("5.6.1"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.6")]
    [Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.10"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19")]
    [Clause("5.6.20"), Clause("5.6.21")]
    public async Task A_write_is_done_where_the_mode_says(string operation, string mode, string operations, string here, string there)
    {
        var isProxied = mode is "exclusive" or "redirect";
        await RegisterAsync(Second, mode, One(Id), "b", operations);
        Remember($"entities/{Id}");
        Remember(At(Second, $"entities/{Id}"));
        if (!operation.EndsWith("create", StringComparison.Ordinal))
        {
            await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":3} }""");
            var own = isProxied ? """{"a":{"type":"Property","value":1} }""" : """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2} }""";
            (await PostAsync("entities?local=true", Entity(Id, own))).Expect(HttpStatusCode.Created);
        }

        var answer = await WriteAsync(operation);
        answer.Expect(operation.EndsWith("create", StringComparison.Ordinal) ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        if (operation == "create") Assert.Equal($"/ngsi-ld/v1/entities/{Id}", answer.Location);
        Assert.Equal((here, there), (await HoldsAsync(null, Id), await HoldsAsync(Second, Id)));

        // What is nowhere else is had from the source, whatever its mode.
        var seen = here.Split(' ').Concat(there.Split(' ').Where(pair => !here.Contains(pair.Split('=')[0], StringComparison.Ordinal)));
        var read = await GetAsync($"entities/{Id}?format=keyValues");
        if (read.Status == HttpStatusCode.NotFound) Assert.Equal("", here + there);
        else Assert.Equal(string.Join(' ', seen.Where(pair => pair.Length > 0)), Values(read.Expect(HttpStatusCode.OK).Json));
    }

    public static TheoryData<string, string> Operations()
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in Table) rows.Add(row.Operation, row.Here);
        return rows;
    }

    [PeerTheory, MemberData(nameof(Operations)), Clause("5.5.13"), Clause("6.3.18")]
    public async Task What_is_local_stays_here(string operation, string here)
    {
        await RegisterAsync(Second, "inclusive", One(Id), "b", Everything);
        Remember($"entities/{Id}");
        Remember(At(Second, $"entities/{Id}"));
        var creates = operation.EndsWith("create", StringComparison.Ordinal);
        if (!creates)
        {
            await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":3} }""");
            (await PostAsync("entities?local=true", Entity(Id, """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2} }""")))
                .Expect(HttpStatusCode.Created);
        }

        (await WriteAsync(operation, "local=true")).Expect(creates ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        Assert.Equal((here, creates ? "" : "b=3"), (await HoldsAsync(null, Id), await HoldsAsync(Second, Id)));
    }

    private Task<Answer> WriteAsync(string operation, string query = "")
    {
        var one = $"entities/{Id}";
        var batch = $"[{Entity(Id, Both)}]";
        var more = query.Length == 0 ? "" : "?" + query;
        return operation switch
        {
            "create" => PostAsync("entities" + more, Entity(Id, Both)),
            "merge" => PatchAsync(one + more, Both),
            "replace" => PutAsync(one + more, Entity(Id, Both)),
            "append" => PostAsync(one + "/attrs" + more, Both),
            "update" => PatchAsync(one + "/attrs" + more, Both),
            "partial update" => PatchAsync(one + "/attrs/b" + more, """{"value":20}"""),
            "replace attribute" => PutAsync(one + "/attrs/b" + more, """{"type":"Property","value":20}"""),
            "delete attribute" => DeleteAsync(one + "/attrs/b" + more),
            "delete" => DeleteAsync(one + more),
            "purge" => DeleteAsync($"entities?type={Type}&{query}".TrimEnd('&')),
            "batch create" => PostAsync("entityOperations/create" + more, batch),
            "batch upsert" => PostAsync("entityOperations/upsert" + more, batch),
            "batch upsert, update" => PostAsync($"entityOperations/upsert?options=update&{query}".TrimEnd('&'), batch),
            "batch update" => PostAsync("entityOperations/update" + more, batch),
            "batch merge" => PostAsync("entityOperations/merge" + more, batch),
            "batch delete" => PostAsync("entityOperations/delete" + more, $"""["{Id}"]"""),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no operation"),
        };
    }
}
