//! The native command as a user runs it.

mod common;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use common::{expected, golden};
use serde_json::Value;

fn t5(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_t5-playground")).args(args).output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = t5(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn failure(args: &[&str], code: i32) -> String {
    let output = t5(args);
    let stderr = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
    assert!(stderr.starts_with("error: "), "{args:?}: {stderr}");
    stderr
}

fn model(name: &str) -> String {
    golden("models").join(name).to_string_lossy().into()
}

fn comma(ids: &[u32]) -> String {
    ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

#[test]
fn complete_prints_what_hugging_face_returns() {
    for name in ["t5-v1_1", "umt5", "byt5", "k-rows"] {
        for prompt in expected(name).0.prompts {
            let (path, ids) = (model(name), comma(&prompt.input_ids));
            let args = [
                "complete",
                "--model",
                &path,
                "--input-ids",
                &ids,
                "--max-new-tokens",
                "48",
                "--json",
            ];
            let object = json(&args);
            assert_eq!(
                object["sequences"][0]["ids"],
                serde_json::json!(prompt.greedy_ids),
                "{name}"
            );
            assert_eq!(object["usage"]["encoder_tokens"], prompt.input_ids.len());
            assert_eq!(object["options"]["max_new_tokens"], 48);
            let Some(text) = &prompt.text else { continue };
            let object = json(&[
                "complete",
                "--model",
                &path,
                "--prompt",
                text,
                "--max-new-tokens",
                "48",
                "--json",
            ]);
            assert_eq!(object["text"], serde_json::json!(prompt.greedy_text), "{name}");
        }
    }
}

#[test]
fn complete_streams_text_and_takes_a_prompt_file() {
    let prompt = &expected("t5-v1_1").0.prompts[1];
    let file = std::env::temp_dir().join(format!("t5-playground-prompt-{}", std::process::id()));
    std::fs::write(&file, prompt.text.as_ref().unwrap()).unwrap();
    let file_arg = file.to_string_lossy();
    let path = model("t5-v1_1");
    let output =
        t5(&["complete", "--model", &path, "--prompt-file", &file_arg, "--max-new-tokens", "48"]);
    std::fs::remove_file(&file).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim_end_matches('\n'), prompt.greedy_text.as_ref().unwrap());
}

#[test]
fn logits_come_with_probabilities_when_a_warper_is_given() {
    let path = model("t5-v1_1");
    let base = [
        "logits",
        "--model",
        &path,
        "--input-ids",
        "5,6,1",
        "--decoder-input-ids",
        "0,9",
        "--json",
    ];
    let plain = json(&base);
    assert_eq!(plain["logits"].as_array().unwrap().len(), 2);
    assert!(plain.get("probabilities").is_none());
    let warped =
        json(&[&base[..], &["--do-sample", "--top-k", "3", "--temperature", "0.7"]].concat());
    assert_eq!(warped["logits"], plain["logits"]);
    for row in warped["probabilities"].as_array().unwrap() {
        let row: Vec<f64> = row.as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).collect();
        assert_eq!(row.iter().filter(|p| **p > 0.0).count(), 3);
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn tokenize_reads_lines_and_needs_no_weights() {
    let folder =
        std::env::temp_dir().join(format!("t5-playground-tokenizer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let from = golden("models/t5-v1_1/tokenizer.json");
    std::fs::copy(from, folder.join("tokenizer.json")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_t5-playground"))
        .args(["tokenize", "--jsonl", "--model", &folder.to_string_lossy()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let prompt = &expected("t5-v1_1").0.prompts[0];
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", serde_json::json!({ "text": prompt.text })).unwrap();
    writeln!(stdin, "{}", serde_json::json!({ "text": "한" })).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["ids"], serde_json::json!(prompt.input_ids));
    assert_eq!(lines[0]["pieces"].as_array().unwrap().len(), prompt.input_ids.len());
    assert!(lines[1]["unknown"].as_array().unwrap().contains(&true.into()));
}

#[test]
fn info_and_convert_describe_and_write_a_model() {
    let folder = std::env::temp_dir().join(format!("t5-playground-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let out = folder.join("model.gguf");
    let out_arg = out.to_string_lossy();
    let converted = t5(&["convert", &model("flan-odd"), &out_arg, "--type", "q8_0"]);
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    // Of another model: the file says itself what it is.
    std::fs::copy(golden("models/byt5/config.json"), folder.join("config.json")).unwrap();
    std::fs::write(folder.join("tokenizer.json"), "{}").unwrap();
    let info = json(&["info", &out_arg, "--json"]);
    let tokenized = t5(&["tokenize", "--model", &out_arg, "--text", "a word"]);
    assert!(tokenized.status.success(), "{}", String::from_utf8_lossy(&tokenized.stderr));
    let original = json(&["info", &model("flan-odd"), "--json"]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(info["config"], original["config"]);
    assert_eq!(info["n_parameters"], original["n_parameters"]);
    assert_eq!(info["tensor_types"][0]["type"], "Q8_0");
    assert!(info["memory_bytes"].as_u64() > info["weights_bytes"].as_u64());
    let text = String::from_utf8(t5(&["info", &model("flan-odd")]).stdout).unwrap();
    for part in ["parameters", "d_model 64", "gated-gelu", "F32", "memory"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn convert_says_what_did_not_become_what_was_asked() {
    let out = std::env::temp_dir().join(format!("t5-playground-notes-{}.gguf", std::process::id()));
    let converted = t5(&["convert", &model("t5-v1_1"), &out.to_string_lossy(), "--type", "q4_k"]);
    let _ = std::fs::remove_file(&out);
    let stderr = String::from_utf8_lossy(&converted.stderr);
    assert!(converted.status.success(), "{stderr}");
    assert!(stderr.contains("note: ") && stderr.contains("Q4_K"), "{stderr}");
}

#[test]
fn mistakes_end_with_a_sentence_and_an_exit_code() {
    let path = model("t5-v1_1");
    let complete =
        |rest: &[&str], code| failure(&[&["complete", "--model", &path], rest].concat(), code);
    assert!(complete(&["--prompt", "hi", "--num-beams", "4"], 1).contains("num_beams"));
    assert!(complete(&["--prompt", "hi", "--do-sample", "--top-p", "1.5"], 1).contains("top_p"));
    assert!(complete(&["--prompt", "- hi\n- ho", "--num-beams", "4"], 1).contains("num_beams"));
    assert!(complete(&["--prompt", ""], 1).contains("empty"));
    assert!(complete(&["--input-ids", "5,99999"], 1).contains("99999"));
    assert!(complete(&["--input-ids", "5,x"], 2).contains("separated by commas"));
    assert!(complete(&[], 2).contains("--prompt"));
    assert!(complete(&["--prompt", "a", "--input-ids", "5"], 2).contains("cannot be used with"));
    assert!(failure(&["info", "no/such/file.gguf"], 1).contains("no/such/file.gguf"));
    let cargo = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert!(failure(&["info", cargo], 1).contains("neither GGUF nor safetensors"));
    let src = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    assert!(failure(&["info", src], 2).contains("holds no model"));
}

/// A file of this process for the cases of a test.
fn case_file(name: &str, lines: &str) -> String {
    let path =
        std::env::temp_dir().join(format!("t5-playground-{name}-{}.jsonl", std::process::id()));
    std::fs::write(&path, lines).unwrap();
    path.to_string_lossy().into()
}

#[test]
fn eval_scores_the_greedy_answers() {
    let (path, prompts) = (model("byt5"), expected("byt5").0.prompts);
    let (prompt, text) =
        prompts.iter().find_map(|p| Some((p.text.as_ref()?, p.greedy_text.as_ref()?))).unwrap();
    let case = |expected: &str| serde_json::json!({"task": "golden", "prompt": prompt, "measures": ["exact", "chrf"], "expected": [expected]});
    let cases = case_file("golden", &format!("{}\n\n{}\n", case(text), case("something else")));
    let report =
        json(&["eval", "--model", &path, "--cases", &cases, "--max-new-tokens", "48", "--json"]);
    let scores = report["scores"].as_array().unwrap();
    assert_eq!(scores[0]["measure"], "exact");
    assert_eq!(scores[0]["n_cases"], 2);
    assert_eq!(scores[0]["score"], 0.5);
    assert_eq!(report["samples"]["golden"][0]["answer"], *text);

    let one = json(&[
        "eval",
        "--model",
        &path,
        "--cases",
        &cases,
        "--limit",
        "1",
        "--max-new-tokens",
        "48",
        "--json",
    ]);
    assert_eq!(one["scores"][1]["score"], 100.0);
    std::fs::remove_file(cases).unwrap();
}

#[test]
fn eval_says_which_line_is_no_case() {
    let path = model("byt5");
    let good = r#"{"task": "t", "prompt": "p", "measures": ["exact"], "expected": ["e"]}"#;
    for (name, line, told) in [
        (
            "measure",
            r#"{"task": "t", "prompt": "p", "measures": ["bleu"]}"#,
            "unknown variant `bleu`",
        ),
        ("expected", r#"{"task": "t", "prompt": "p", "measures": ["f1"]}"#, "needs \"expected\""),
        (
            "subject",
            r#"{"task": "t", "prompt": "p", "measures": ["story"]}"#,
            "needs a \"subject\"",
        ),
        ("json", "{", "EOF"),
    ] {
        let cases = case_file(name, &format!("{good}\n{line}\n"));
        let stderr = failure(&["eval", "--model", &path, "--cases", &cases], 1);
        assert!(stderr.contains(", line 2: ") && stderr.contains(told), "{stderr}");
        std::fs::remove_file(cases).unwrap();
    }
}
